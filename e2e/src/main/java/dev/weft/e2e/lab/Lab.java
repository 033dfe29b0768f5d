package dev.weft.e2e.lab;

import dev.weft.e2e.capture.Verdict;
import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Parallel;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.probe.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A lab that is up, or about to be. */
public final class Lab {
  private static final int CONFLIST_SECONDS = 60;

  private final LabDirectory directory;
  private Inventory inventory;
  private final ControlPlane controlPlane;

  private Captures captures;

  private Lab(LabDirectory directory, Inventory inventory) {
    this.directory = directory;
    this.inventory = inventory;
    this.controlPlane =
        new ControlPlane(directory, inventory.topology(), Path.of(inventory.binaries()));
    this.captures = new Captures(inventory.topology(), internet());
  }

  /** The lab of that name, which is up. */
  public static Lab open(LabDirectory directory) {
    return new Lab(directory, directory.inventory());
  }

  /**
   * Builds a lab. If that fails, what was built is left for a look; {@link #down} removes it.
   *
   * @param bare whether to stop before operator and agents: clouds, control plane and nodes only
   */
  public static Lab up(
      LabDirectory directory, Topology topology, Path repository, boolean bare, Progress progress) {
    return up(directory, topology, repository, Map.of(), bare, progress);
  }

  /**
   * Builds a lab whose operator and agents run from other folders than the tree's build.
   *
   * @param images see {@link Inventory}
   */
  public static Lab up(
      LabDirectory directory,
      Topology topology,
      Path repository,
      Map<String, String> images,
      boolean bare,
      Progress progress) {
    if (directory.exists()) {
      throw new IllegalStateException(
          "a lab, or what is left of one, is in %s; run `lab down` first"
              .formatted(directory.root()));
    }
    var binaries = binaries(repository);
    directory.create();
    var inventory =
        Inventory.of(
            topology, repository.toString(), binaries, Helm.binary(repository).toString(), images);
    directory.save(inventory);
    var lab = new Lab(directory, inventory);
    lab.build(bare, progress);
    return lab;
  }

  /**
   * The same lab, whose operator and agents will be from these folders when they are next started.
   *
   * @param images see {@link Inventory}
   */
  public Lab running(Map<String, String> images) {
    var changed = inventory.withImages(images);
    directory.save(changed);
    return new Lab(directory, changed);
  }

  /** Ends a lab, or what a crash left of one, and removes its folder. */
  public static void down(LabDirectory directory) {
    RootProcess.end(directory);
    directory.delete();
  }

  private void build(boolean bare, Progress progress) {
    var topology = inventory.topology();
    RootProcess.start(directory);
    new Internet(directory, topology).build();
    progress.say("internet and " + topology.clouds().size() + " clouds");
    var machines = new Machines(directory);
    machines.publish(topology.controlPlaneCloud(), CloudSpec.CONTROL_PLANE);
    machines.wire(ControlPlane.MACHINE, topology.controlPlaneCloud(), CloudSpec.CONTROL_PLANE);
    machines.boot(ControlPlane.MACHINE);
    controlPlane.prepare();
    controlPlane.start();
    Parallel.each(inventory.nodes(), new Nodes(directory, inventory)::create);
    Parallel.each(inventory.nodes(), otherCni()::install);
    progress.say(inventory.nodes().size() + " nodes");
    controlPlane.awaitReady();
    NodeObjects.register(kubectl(), topology, inventory.nodes());
    progress.say("API server, with the nodes registered");
    if (bare) {
      return;
    }
    install(progress);
  }

  /** Installs the charts, starts operator and agents as they say, and attaches the pods. */
  public void install(Progress progress) {
    installPrograms(true);
    progress.say("charts installed, operator and agents started as they say");
    var weft = weft();
    attachPods();
    progress.say(inventory.pods().size() + " pods attached by the nodes' CNI");
    if (weft.trainAgent()) {
      progress.say("AOT cache of this build's agent recorded, once");
    }
    trainCommandLine();
  }

  /**
   * Installs the charts, and starts operator and agents as they say.
   *
   * @param mesh whether the chart makes the topology's mesh
   */
  public void installPrograms(boolean mesh) {
    release().install(mesh(), mesh);
    weft().startOperator();
    Parallel.each(inventory.nodes(), weft()::startAgent);
  }

  /**
   * Makes the command line's AOT cache, unless this build has one: it then starts in half the time.
   */
  private void trainCommandLine() {
    Shell.run(
            Place.HOST,
            "env",
            "JAVA_HOME=" + System.getProperty("java.home"),
            Path.of(inventory.repository(), "cli/aot").toString())
        .orThrow();
  }

  private String mesh() {
    var manifest = Path.of(inventory.repository(), inventory.topology().mesh());
    try {
      return otherCni().mesh(Files.readString(manifest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OtherCni otherCni() {
    return new OtherCni(directory, inventory);
  }

  /** Starts every node's pods as soon as its CNI is configured. */
  public void attachPods() {
    Parallel.each(inventory.nodes(), node -> nodes().startPods(node, CONFLIST_SECONDS));
  }

  /**
   * Registers all nodes as their kubelets do, with the addresses that a cloud's controller adds.
   */
  public void registerNodes() {
    NodeObjects.register(kubectl(), inventory.topology(), inventory.nodes());
  }

  /** The control plane's network with the host's files: where an administrator's commands run. */
  public Place administrator() {
    return directory.networkOnly(ControlPlane.MACHINE);
  }

  /** Ends operator and agents, as when their workloads are gone; wireguard-go's runners last. */
  public void stopWeft() {
    weft().stopOperator();
    inventory.nodes().forEach(weft()::stop);
  }

  /** Adds a node to a cloud: machine, Node object, agent, pods. */
  public NodeSpec addNode(String cloud) {
    if (otherCni().present()) {
      throw new IllegalStateException("beside another CNI the lab's nodes are fixed");
    }
    inventory = inventory.withNodeIn(cloud);
    directory.save(inventory);
    var node = inventory.nodes().getLast();
    nodes().create(node);
    NodeObjects.register(kubectl(), inventory.topology(), List.of(node));
    weft().startAgent(node);
    nodes().startPods(node, CONFLIST_SECONDS);
    return node;
  }

  /**
   * Wires a machine that is no node into a cloud's private network: a laptop, a phone, a router.
   *
   * @param number of its address there; those of nodes are low
   */
  public Place addClient(String name, String cloud, int number) {
    var machines = new Machines(directory);
    machines.wire(name, inventory.topology().cloud(cloud), number);
    machines.boot(name);
    return directory.machine(name);
  }

  /** The command line of Weft as a person runs it, with the administrator's kubeconfig. */
  public Output weft(String... args) {
    return weftAs(directory.root().resolve("kubeconfig"), args);
  }

  /** The same on this terminal, so that it colours and shows secrets; returns its exit code. */
  public int weftAttached(List<String> args) {
    var kubeconfig = directory.root().resolve("kubeconfig").toString();
    var command = new ArrayList<>(List.of("env", "KUBECONFIG=" + kubeconfig));
    command.addAll(List.of("JAVA_HOME=" + System.getProperty("java.home"), weftProgram()));
    command.addAll(args);
    return Shell.attached(directory.networkOnly(ControlPlane.MACHINE), command);
  }

  /** The same with somebody else's kubeconfig. */
  public Output weftAs(Path kubeconfig, String... args) {
    var command = new ArrayList<>(List.of(weftProgram()));
    command.addAll(List.of(args));
    command.add("--kubeconfig=" + kubeconfig);
    return Shell.run(directory.networkOnly(ControlPlane.MACHINE), Shell.LIMIT, "", command);
  }

  private String weftProgram() {
    return Path.of(inventory.repository(), "cli/weft").toString();
  }

  /** The command line as root on a node runs it, with the administrator's kubeconfig. */
  public Output weftOn(String name, String... args) {
    return new CommandLine(directory, inventory).run(name, List.of(args));
  }

  /** Powers a node off and on again; its agent, its runner and its pods come back by themselves. */
  public void reboot(String name) {
    powerOff(name);
    powerOn(name);
  }

  /** Powers a node off: its cable first, then all that lives in memory. */
  public void powerOff(String name) {
    nodes().powerOff(inventory.node(name));
  }

  /** Powers it on again; its agent, its runner and its pods come back by themselves. */
  public void powerOn(String name) {
    var node = inventory.node(name);
    nodes().powerOn(node);
    otherCni().install(node);
    weft().startAgent(node);
    nodes().startPods(node, CONFLIST_SECONDS);
  }

  /**
   * Puts a machine that nothing was ever on in a node's place; its agent and its pods come back by
   * themselves.
   *
   * @param beforeAgent what is done with it before the agent starts
   */
  public void reinstall(String name, Consumer<Place> beforeAgent) {
    var node = inventory.node(name);
    stopPods(name);
    weft().stopAgent(node);
    nodes().reinstall(node);
    beforeAgent.accept(directory.machine(name));
    weft().startAgent(node);
    startPods(name);
  }

  /** Detaches a node's pods and ends them. */
  public void stopPods(String name) {
    nodes().stopPods(inventory.node(name));
  }

  /** Starts a node's pods as soon as its agent has written the conflist. */
  public void startPods(String name) {
    nodes().startPods(inventory.node(name), CONFLIST_SECONDS);
  }

  /** Waits until every agent says that it is ready. */
  public void awaitReady(Duration limit) {
    var agents =
        Wait.look(
            limit,
            () -> LabStatus.agents(this),
            all -> all.stream().allMatch(LabStatus.Agent::ready));
    var waiting =
        agents.stream()
            .filter(a -> !a.ready())
            .map(a -> a.node() + ": " + a.readiness())
            .collect(Collectors.joining("; "));
    if (!waiting.isEmpty()) {
      throw new IllegalStateException("agents aren't ready: " + waiting);
    }
  }

  /** What the lab holds. */
  public Inventory inventory() {
    return inventory;
  }

  /** Its folder, with logs and captures. */
  public LabDirectory directory() {
    return directory;
  }

  /** kubectl as the administrator. */
  public Kubectl kubectl() {
    return controlPlane.kubectl();
  }

  /** helm as the administrator. */
  public Helm helm() {
    return new Helm(
        directory.networkOnly(ControlPlane.MACHINE), Path.of(inventory.helm()), directory.root());
  }

  /** Weft as it was installed. */
  public Release release() {
    return new Release(directory, inventory, helm(), kubectl());
  }

  /**
   * After an upgrade: the operator and every agent, one after the other when the one before is
   * ready, are replaced by what is installed now.
   */
  public void rollOut(Duration limit) {
    weft().replaceOperator();
    for (var node : inventory.nodes()) {
      weft().replaceAgent(node);
      awaitReady(limit);
    }
  }

  /** All namespaces of a node, or of the machine {@code control-plane}. */
  public Place machine(String name) {
    return directory.machine(name);
  }

  /** kube-router's NetworkPolicy engine; it runs nowhere yet. */
  public PolicyEngine policyEngine() {
    return new PolicyEngine(
        directory,
        Path.of(inventory.repository()),
        inventory.topology().serviceCIDR().getFirst(),
        new CommandLine(directory, inventory)::kubeconfig);
  }

  /** A pod's network. */
  public Place pod(PodName pod) {
    return directory.pod(pod);
  }

  /** Writes a pod to the API server, as a kubelet would: its node, labels and addresses. */
  public void announce(PodName pod, String namespace, Map<String, String> labels) {
    var addresses =
        inventory.topology().families().stream()
            .flatMap(family -> nodes().endpoint(pod, family).stream())
            .map(Endpoint::address)
            .toList();
    new PodObjects(kubectl()).make(pod, addresses, namespace, labels);
  }

  /** Address of a web server on the internet that answers with the address that it sees. */
  public IpAddress webServer(Family family) {
    return inventory.topology().webServers().stream()
        .map(IpAddress::parse)
        .filter(a -> a.family() == family)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the internet has no " + family));
  }

  /** A pod as the probes see it. */
  public Endpoint endpoint(PodName pod) {
    return nodes()
        .endpoint(pod, inventory.topology().families().getFirst())
        .orElseThrow(() -> new IllegalStateException(pod + " has no address"));
  }

  /** All pods that have an address of the first family. */
  public List<Endpoint> endpoints() {
    return endpoints(inventory.topology().families().getFirst());
  }

  /** All pods that have an address of a family. */
  public List<Endpoint> endpoints(Family family) {
    return inventory.pods().stream().flatMap(p -> nodes().endpoint(p, family).stream()).toList();
  }

  /** What may break. */
  public Faults faults() {
    return new Faults(this, controlPlane, weft());
  }

  /** What is seen from outside. */
  public LabStatus status() {
    return LabStatus.observe(this);
  }

  /** What the sniffers saw since the lab came up, or since they were reset. */
  public Verdict internetVerdict() {
    return captures.verdict();
  }

  /** Forgets what the sniffers saw so far. */
  public void forgetCaptures() {
    internet().restartSniffers();
    captures = new Captures(inventory.topology(), internet());
  }

  private Internet internet() {
    return new Internet(directory, inventory.topology());
  }

  private Nodes nodes() {
    return new Nodes(directory, inventory);
  }

  private Weft weft() {
    return new Weft(directory, inventory, kubectl());
  }

  private static String binaries(Path repository) {
    var output =
        Shell.run(
            Place.HOST,
            Duration.ofHours(1),
            "",
            List.of(repository.resolve("e2e/tools/kube-apiserver.sh").toString()));
    return output.orThrow().strip();
  }
}
