package dev.weft.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is under test: the operator, the agents and wireguard-go's runners, each with the arguments,
 * environment, identity, capabilities and mounts that the installed chart says.
 */
final class Weft {
  private static final String OPERATOR = "operator";

  /** Seconds until an agent that leaves an AOT cache has ended; some on a busy machine. */
  private static final int AOT_LIMIT = 90;

  /** Its heap would follow the machine's memory, for the lab limits no container. */
  private static final Map<String, String> OPERATOR_JVM = Map.of("WEFT_JAVA_OPTS", "-Xmx96m");

  /** The launchers of a module, relative to its folder. */
  private static final List<String> SHARED = List.of("../deploy/launch/find-java.sh");

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
    var container =
        kubelet.prepare(() -> kubectl.get("-n", Release.SYSTEM, "deploy/weft-operator"), pod);
    var image = image("operator");
    daemons.startContainer(
        pod.machine(), OPERATOR, setup(pod, container, image, OPERATOR_JVM), image.entryPoint());
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
    var container = kubelet.prepare(() -> daemonSet("weft-agent"), pod);
    var image = image("agent");
    var training =
        node.equals(trainee())
            ? untrained().map(p -> p.training(directory.name())).orElse(Map.of())
            : Map.<String, String>of();
    daemons.startContainer(
        node.name(), agent(node), setup(pod, container, image, training), image.entryPoint());
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
    var container = kubelet.prepare(() -> daemonSet("weft-userspace"), pod);
    if (!container.command().equals(List.of("wireguard-runner"))) {
      throw new IllegalStateException("the lab has no program " + container.command());
    }
    var image = image("agent");
    var command =
        image instanceof Program
            ? List.of(repository.resolve("deploy/userspace/wireguard-runner").toString())
            : container.command();
    daemons.startContainer(
        node.name(),
        name,
        setup(pod, container, image, Map.of()),
        command,
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
      Kubelet.Assignment pod, ContainerSpec container, Image image, Map<String, String> more) {
    boolean training = more.containsKey(Program.TRAINING);
    var environment = new LinkedHashMap<>(image.environment());
    environment.putAll(more);
    return new ContainerSetup(
        container,
        container.token() ? kubelet.secrets(pod).toString() : "",
        environment,
        image.files(training));
  }

  /**
   * Makes the AOT cache of this build's agent where there is none yet: the trainee ends as at an
   * upgrade, leaves what it has loaded, and starts again with it; the others use it from their next
   * start on. Without it a start costs some seconds of a core, which a userspace WireGuard beside
   * it lacks. False: there was nothing to do.
   */
  boolean trainAgent() {
    var program = untrained();
    program.ifPresent(
        p -> directory.process(agent(trainee())).ifPresent(a -> a.terminate(AOT_LIMIT)));
    return program.map(p -> p.keepAotCache(directory.name())).orElse(false);
  }

  /** The last node: in the default topology no other node could take its role meanwhile. */
  private NodeSpec trainee() {
    return inventory.nodes().getLast();
  }

  /** The agent's program where it is run from a folder that has no AOT cache yet. */
  private Optional<Program> untrained() {
    return image("agent") instanceof Program program && !Files.exists(program.aotCache())
        ? Optional.of(program)
        : Optional.empty();
  }

  /** What a module's containers run from: the tree's build, unless the lab was given another. */
  private Image image(String module) {
    var told = inventory.images().get(module);
    if (told == null) {
      var launchers = new ArrayList<>(SHARED);
      launchers.add("weft-" + module);
      return Program.of(repository, module, launchers);
    }
    var folder = Path.of(told);
    return Files.exists(folder.resolve("weft-" + module))
        ? new Program(folder)
        : RootFileSystem.of(folder);
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

  /** Ends a node's agent as when its pod is deleted; it isn't started again. */
  void endAgent(NodeSpec node) {
    daemons.terminateContainer(agent(node));
  }

  /** Ends what a node runs of Weft, as when its pods are deleted. */
  void stop(NodeSpec node) {
    daemons.terminateContainer(agent(node));
    daemons.terminateContainer("runner-" + node.name());
  }

  /** The recorded name of a node's agent. */
  static String agent(NodeSpec node) {
    return "agent-" + node.name();
  }
}
