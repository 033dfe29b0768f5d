package dev.weft.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is under test: the operator, the agents and wireguard-go's runners, each with the arguments,
 * environment, identity, capabilities and mounts that the installed chart says.
 */
final class Weft {
  private static final String OPERATOR = "operator";

  /** Where containers see their program, as in an image. */
  private static final String PROGRAM = "/opt/weft";

  /** Seconds until an agent that leaves an AOT cache has ended; some on a busy machine. */
  private static final int AOT_LIMIT = 90;

  private static final List<String> OPERATOR_JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx96m",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final LabDirectory directory;
  private final Inventory inventory;
  private final Topology topology;
  private final Path repository;
  private final Kubectl kubectl;
  private final Kubelet kubelet;
  private final Daemons daemons;

  Weft(LabDirectory directory, Inventory inventory, Kubectl kubectl) {
    this.directory = directory;
    this.inventory = inventory;
    this.topology = inventory.topology();
    this.repository = Path.of(inventory.repository());
    this.kubectl = kubectl;
    this.kubelet = new Kubelet(directory, kubectl);
    this.daemons = new Daemons(directory);
  }

  /** Starts the operator on the control plane's machine, where it isn't running. */
  void startOperator() {
    if (daemons.isKept(OPERATOR)) {
      return;
    }
    var pod = operatorPod();
    var container = kubelet.prepare(kubectl.get("-n", Release.SYSTEM, "deploy/weft-operator"), pod);
    var entryPoint = new ArrayList<String>();
    entryPoint.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    entryPoint.addAll(OPERATOR_JVM);
    entryPoint.addAll(List.of("-cp", PROGRAM + "/lib/*", "dev.weft.operator.Main"));
    var program = Program.of(repository, "operator", List.of());
    daemons.startContainer(
        pod.machine(), OPERATOR, setup(pod, container, program, Map.of()), entryPoint);
  }

  private Kubelet.Assignment operatorPod() {
    var address = topology.apiPrivate();
    return new Kubelet.Assignment(
        ControlPlane.MACHINE, "weft-operator-0", "", address, topology.apiPrivate());
  }

  /** Kills the operator; it isn't started again. */
  void stopOperator() {
    daemons.stopContainer(OPERATOR);
  }

  /**
   * Starts what a node runs of Weft, where it isn't running: wireguard-go's runner and the agent.
   */
  void startAgent(NodeSpec node) {
    startRunner(node);
    if (daemons.isKept(agent(node))) {
      return;
    }
    var pod = pod(node, "weft-agent");
    var container = kubelet.prepare(daemonSet("weft-agent"), pod);
    var program = agentProgram();
    var image = new LinkedHashMap<>(Map.of("JAVA_HOME", System.getProperty("java.home")));
    if (node.equals(trainee()) && !Files.exists(program.aotCache())) {
      image.putAll(program.training(PROGRAM, directory.name()));
    }
    daemons.startContainer(
        node.name(),
        agent(node),
        setup(pod, container, program, image),
        List.of(PROGRAM + "/weft-agent"));
  }

  /**
   * Starts wireguard-go's runner, which outlives agents. The kernel's WireGuard isn't kept waiting
   * by user processes either: without its priority, what else runs on the machine would count as
   * loss.
   */
  private void startRunner(NodeSpec node) {
    var name = "runner-" + node.name();
    if (daemons.isKept(name)) {
      return;
    }
    var pod = pod(node, "weft-userspace");
    var container = kubelet.prepare(daemonSet("weft-userspace"), pod);
    if (!container.command().equals(List.of("wireguard-runner"))) {
      throw new IllegalStateException("the lab has no program " + container.command());
    }
    daemons.startContainer(
        node.name(),
        name,
        setup(pod, container, agentProgram(), Map.of()),
        List.of(repository.resolve("deploy/userspace/wireguard-runner").toString()),
        List.of("nice", "-n", "-15"));
  }

  private JsonNode daemonSet(String name) {
    return kubectl.get("-n", Release.AGENTS, "daemonset/" + name);
  }

  private Kubelet.Assignment pod(NodeSpec node, String workload) {
    return new Kubelet.Assignment(
        node.name(),
        workload + "-" + node.name(),
        node.name(),
        node.internalAddresses(topology).getFirst(),
        node.apiAddress(topology));
  }

  private ContainerSetup setup(
      Kubelet.Assignment pod, ContainerSpec container, Program program, Map<String, String> image) {
    boolean training = image.containsKey(Program.TRAINING);
    return new ContainerSetup(
        container,
        container.token() ? kubelet.secrets(pod).toString() : "",
        image,
        new ContainerSpec.Mount(PROGRAM, program.folder().toString(), !training));
  }

  /**
   * Makes the AOT cache of this build's agent where there is none yet: the trainee ends as at an
   * upgrade, leaves what it has loaded, and starts again with it; the others use it from their next
   * start on. Without it a start costs some seconds of a core, which a userspace WireGuard beside
   * it lacks. False: there was nothing to do.
   */
  boolean trainAgent() {
    var program = agentProgram();
    if (Files.exists(program.aotCache())) {
      return false;
    }
    directory.process(agent(trainee())).ifPresent(p -> p.terminate(AOT_LIMIT));
    return program.keepAotCache(directory.name());
  }

  /** The last node: in the default topology nobody could take its role over meanwhile. */
  private NodeSpec trainee() {
    return inventory.nodes().getLast();
  }

  private Program agentProgram() {
    return Program.of(repository, "agent", List.of("weft-agent", "../deploy/launch/find-java.sh"));
  }

  /**
   * Replaces a node's agent by what is installed now, as a DaemonSet's controller and kubelet do:
   * SIGTERM, then a new Pod with a new token.
   */
  void replaceAgent(NodeSpec node) {
    daemons.terminateContainer(agent(node));
    kubelet.forget(pod(node, "weft-agent"));
    startAgent(node);
  }

  /** Replaces the operator by what is installed now. */
  void replaceOperator() {
    daemons.terminateContainer(OPERATOR);
    kubelet.forget(operatorPod());
    startOperator();
  }

  /**
   * Kills the agent of a node as a container is killed: all of it, without a word. It is started
   * again after a second.
   */
  void killAgent(NodeSpec node) {
    directory.process(agent(node)).ifPresent(RecordedProcess::kill);
  }

  /** Kills the agent of a node; it isn't started again. */
  void stopAgent(NodeSpec node) {
    daemons.stopContainer(agent(node));
  }

  /** The recorded name of a node's agent. */
  static String agent(NodeSpec node) {
    return "agent-" + node.name();
  }
}
