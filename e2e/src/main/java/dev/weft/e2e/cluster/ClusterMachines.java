package dev.weft.e2e.cluster;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.Machines;
import dev.weft.e2e.lab.NodeSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The nodes' machines: containerd and kubelet as a host of Kubernetes runs them. */
final class ClusterMachines {
  private final LabDirectory directory;
  private final ClusterInventory inventory;
  private final Machines machines;

  ClusterMachines(LabDirectory directory, ClusterInventory inventory) {
    this.directory = directory;
    this.inventory = inventory;
    this.machines = new Machines(directory);
  }

  /** Gives a node its disk: images, CNI's folders, kubelet's configuration. */
  void provision(NodeSpec node) {
    var disk = inventory.disk(node);
    var copy = inventory.repository().resolve("e2e/tools/copy-images.sh").toString();
    var images = inventory.images().toString();
    var containerd = disk.resolve("var/lib/containerd").toString();
    Shell.run(Place.HOST, Duration.ofMinutes(5), "", List.of(copy, images, containerd)).orThrow();
    try {
      Files.writeString(disk.resolve("kubelet"), String.join("\n", kubeletArguments(node)) + "\n");
      if (inventory.spec().distribution().loopback()) {
        Files.writeString(disk.resolve("balancer"), inventory.spec().apiFor(node) + ":6443");
      }
      Files.writeString(
          disk.resolve("kubelet.yaml"),
          Resources.text("kubelet.yaml")
              .replace("CA_FILE", directory.root().resolve("pki/ca.crt").toString())
              .replace(
                  "DNS_ADDRESS", inventory.spec().topology().serviceCIDR().getFirst().host(10)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    machines.publish(inventory.spec().topology().cloud(node.cloud()), node.machineNumber());
  }

  private List<String> kubeletArguments(NodeSpec node) {
    var disk = inventory.disk(node);
    var labels =
        "topology.kubernetes.io/region=%1$s,topology.kubernetes.io/zone=%1$s-%2$d"
            .formatted(node.cloud(), node.ordinal());
    return List.of(
        "--config=" + disk.resolve("kubelet.yaml"),
        "--kubeconfig=" + directory.root().resolve("pki/node-" + node.name() + ".conf"),
        "--hostname-override=" + node.name(),
        "--node-ip=" + node.internalAddresses(inventory.spec().topology()).getFirst(),
        "--node-labels=" + labels);
  }

  /** Powers a node on. */
  void boot(NodeSpec node) {
    var name = node.name();
    machines.wire(
        name,
        inventory.spec().topology().cloud(node.cloud()),
        node.machineNumber(),
        BootUnit.commands(inventory.disk(node)));
    machines.boot(
        name,
        Map.of("WEFT_CLUSTER_PROGRAMS", inventory.programs().toString()),
        List.of(
            directory.program("node-boot"),
            directory.root().toString(),
            name,
            inventory.store().toString(),
            directory.name()));
  }

  /** Powers a node off: everything in it ends at once; what is on its disk stays. */
  void powerOff(NodeSpec node) {
    machines.powerOff(node.name(), inventory.spec().topology().cloud(node.cloud()));
    // kubelet would wait for the containers of old groups.
    removeGroups("weft-" + directory.name() + "-" + node.name());
  }

  /** Removes what nodes of this cluster left in the cgroup hierarchies. */
  static void removeGroups(LabDirectory directory) {
    removeGroups("weft-" + directory.name() + "-");
  }

  private static void removeGroups(String prefix) {
    // A group can be removed a moment after its last process has ended.
    for (int i = 0; i < 20; i++) {
      Shell.run(
          Place.HOST,
          "bash",
          "-c",
          "find /sys/fs/cgroup/*/%s* -depth -type d -exec rmdir {} + 2>/dev/null || true"
              .formatted(prefix));
      if (!Shell.run(
              Place.HOST, "bash", "-c", "compgen -G '/sys/fs/cgroup/*/%s*'".formatted(prefix))
          .ok()) {
        return;
      }
      try {
        Thread.sleep(Duration.ofMillis(100));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Empties what Weft and CNI keep on a node's disk: a machine that nothing was ever on. */
  void forget(NodeSpec node) {
    var distribution = inventory.spec().distribution();
    var command = new ArrayList<>(List.of("find"));
    for (var folder :
        List.of("/var/lib/weft", "/var/lib/cni", distribution.cniConf(), distribution.cniBin())) {
      var onDisk = inventory.disk(node).resolve(folder.substring(1));
      if (Files.isDirectory(onDisk)) {
        command.add(onDisk.toString());
      }
    }
    command.addAll(List.of("-mindepth", "1", "-delete"));
    Shell.run(Place.HOST, Shell.LIMIT, "", command).orThrow();
  }
}
