package dev.weft.e2e.lab;

import dev.weft.e2e.exec.CommandFailed;
import dev.weft.e2e.exec.NetworkNamespace;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.probe.Endpoint;
import dev.weft.mesh.net.Family;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lab's nodes: a machine each, and pods attached by the node's own CNI. */
final class Nodes {
  private final LabDirectory directory;
  private final Topology topology;
  private final Machines machines;

  Nodes(LabDirectory directory, Inventory inventory) {
    this.directory = directory;
    this.topology = inventory.topology();
    this.machines = new Machines(directory);
  }

  /** Wires a new node into its cloud and boots it. */
  void create(NodeSpec node) {
    var cloud = topology.cloud(node.cloud());
    machines.publish(cloud, node.machineNumber());
    start(node);
  }

  /** Powers a node off: what lives in memory is gone, what is on disk is not. */
  void powerOff(NodeSpec node) {
    machines.powerOff(node.name(), topology.cloud(node.cloud()));
  }

  /** Powers a node on again. */
  void powerOn(NodeSpec node) {
    start(node);
  }

  /** Powers a node off and boots an empty disk in its place. */
  void reinstall(NodeSpec node) {
    powerOff(node);
    machines.wipe(node.name());
    start(node);
  }

  /** Detaches a node's pods and ends what runs in them. */
  void stopPods(NodeSpec node) {
    var cni = new Cni(directory, node.name());
    for (var pod : node.pods(topology)) {
      for (var family : topology.families()) {
        directory.process(process(pod, family)).ifPresent(RecordedProcess::kill);
      }
      cni.delete(pod);
      Shell.script(
              directory.machine(pod.node()), "ip netns del cni-%s || true".formatted(pod.pod()))
          .orThrow();
    }
  }

  private static String process(PodName pod, Family family) {
    return "pod-%s-%s-%d".formatted(pod.node(), pod.pod(), family == Family.IPV4 ? 4 : 6);
  }

  private void start(NodeSpec node) {
    machines.wire(node.name(), topology.cloud(node.cloud()), node.machineNumber());
    machines.boot(node.name());
  }

  /** Starts a node's pods as soon as the agent has written the conflist. */
  void startPods(NodeSpec node, int seconds) {
    var cni = new Cni(directory, node.name());
    Wait.until("the CNI conflist of " + node.name(), seconds, () -> cni.conflist().isPresent());
    node.pods(topology).forEach(pod -> startPod(cni, pod, seconds));
  }

  private void startPod(Cni cni, PodName pod, int seconds) {
    var name = "cni-" + pod.pod();
    cni.delete(pod);
    Shell.script(
            directory.machine(pod.node()),
            "ip netns add %1$s && ip -n %1$s link set lo up".formatted(name))
        .orThrow();
    // As kubelet does: after a boot, no address is given before the agent has looked at the Node.
    Wait.until("an address of " + pod, seconds, () -> isAttached(cni, pod));
    for (var family : topology.families()) {
      int version = family == Family.IPV4 ? 4 : 6;
      new Daemons(directory)
          .start(
              directory.pod(pod),
              process(pod, family),
              Map.of(),
              List.of(
                  "socat",
                  "TCP%d-LISTEN:%d,reuseaddr,fork,backlog=256%s"
                      .formatted(version, Endpoint.PORT, version == 6 ? ",ipv6only=1" : ""),
                  "EXEC:%s %s".formatted(directory.program("pod-answer"), pod)));
    }
  }

  /**
   * Like a runtime, which throws away the network namespace of a sandbox that it could not attach.
   */
  private boolean isAttached(Cni cni, PodName pod) {
    try {
      cni.add(pod);
      return true;
    } catch (CommandFailed e) {
      Shell.script(
              directory.machine(pod.node()),
              "ip netns del cni-%1$s && ip netns add cni-%1$s && ip -n cni-%1$s link set lo up"
                  .formatted(pod.pod()))
          .orThrow();
      return false;
    }
  }

  /** A pod as the probes see it; empty as long as it has no address of the family. */
  Optional<Endpoint> endpoint(PodName pod, Family family) {
    return new Cni(directory, pod.node())
        .address(pod, family)
        .map(
            address ->
                new Endpoint(
                    pod.toString(), address, new NetworkNamespace(directory.podNetns(pod))));
  }
}
