package dev.weft.e2e.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Parallel;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Cable;
import dev.weft.e2e.lab.Helm;
import dev.weft.e2e.lab.Internet;
import dev.weft.e2e.lab.Kubectl;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.Machines;
import dev.weft.e2e.lab.NodeSpec;
import dev.weft.e2e.lab.PolicyEngine;
import dev.weft.e2e.lab.Progress;
import dev.weft.e2e.lab.Release;
import dev.weft.e2e.lab.RootProcess;
import dev.weft.e2e.lab.Wait;
import dev.weft.mesh.net.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** A cluster with real kubelets that is up, or about to be. */
public final class RealCluster {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final LabDirectory directory;
  private final ClusterInventory inventory;
  private final ClusterControlPlane controlPlane;
  private final ClusterMachines machines;

  private RealCluster(LabDirectory directory, ClusterInventory inventory) {
    this.directory = directory;
    this.inventory = inventory;
    this.controlPlane = new ClusterControlPlane(directory, inventory);
    this.machines = new ClusterMachines(directory, inventory);
  }

  /** The cluster of that name, which is up. */
  public static RealCluster open(LabDirectory directory) {
    var file = directory.root().resolve("cluster.json");
    try {
      return new RealCluster(
          directory, new ObjectMapper().readValue(file.toFile(), ClusterInventory.class));
    } catch (IOException e) {
      throw new UncheckedIOException("no cluster is up here: " + file, e);
    }
  }

  /**
   * Builds a cluster: clouds, nodes, control plane, kube-proxy, CoreDNS. Its nodes are not ready,
   * for they have no CNI yet. If that fails, what was built is left for a look; {@link #down}
   * removes it.
   */
  public static RealCluster up(
      LabDirectory directory, ClusterSpec spec, Path repository, Progress progress) {
    if (directory.exists()) {
      throw new IllegalStateException(
          "a cluster, or what is left of one, is in %s; run `real down` first"
              .formatted(directory.root()));
    }
    var images = ClusterPrograms.of(repository, progress);
    directory.create();
    var store = store(directory);
    try {
      Files.createDirectories(store.resolve("nodes"));
      Files.writeString(
          store.resolve("containerd.toml"),
          Resources.text("containerd.toml")
              .replace("CNI_BIN", spec.distribution().cniBin())
              .replace("CNI_CONF", spec.distribution().cniConf()));
      var inventory =
          new ClusterInventory(
              spec,
              ClusterInventory.nodes(spec),
              store,
              repository,
              images.programs(),
              images.helm(),
              images.images());
      new ObjectMapper()
          .writerWithDefaultPrettyPrinter()
          .writeValue(directory.root().resolve("cluster.json").toFile(), inventory);
      var cluster = new RealCluster(directory, inventory);
      cluster.build(progress);
      return cluster;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where nodes' disks are: on a disk, for images are large. */
  private static Path store(LabDirectory directory) {
    var base =
        Objects.requireNonNullElse(System.getenv("WEFT_CLUSTER_STORE"), "/var/tmp/weft-cluster");
    return Path.of(base).toAbsolutePath().resolve(directory.name());
  }

  /** Ends a cluster, or what a crash left of one, and removes its folders and cgroups. */
  public static void down(LabDirectory directory) {
    RootProcess.end(directory);
    ClusterMachines.removeGroups(directory);
    var store = store(directory);
    Shell.run(Place.HOST, LIMIT, "", List.of("rm", "-rf", "--one-file-system", store.toString()))
        .orThrow();
    var parent = Objects.requireNonNull(store.getParent()).toString();
    Shell.run(Place.HOST, "rmdir", "--ignore-fail-on-non-empty", parent);
    directory.delete();
  }

  private void build(Progress progress) {
    var topology = inventory.spec().topology();
    RootProcess.start(directory);
    net().build();
    controlPlane.prepare();
    Parallel.each(inventory.nodes(), machines::provision);
    progress.say(
        topology.clouds().size() + " clouds, disks of " + inventory.nodes().size() + " nodes");
    machines.boot(inventory.controlPlane());
    controlPlane.start();
    progress.say("control plane on " + inventory.controlPlane().name());
    Parallel.each(
        inventory.nodes().stream().filter(n -> !n.equals(inventory.controlPlane())).toList(),
        machines::boot);
    kubectl().apply(Addons.kubeProxy(inventory));
    kubectl().apply(Addons.coreDns(inventory));
    kubectl().apply(Addons.clusterInfo(inventory));
    var expected = inventory.nodes().size();
    if (!Wait.holds(LIMIT, () -> kubectl().get("nodes").path("items").size() == expected)) {
      throw new IllegalStateException(
          "not all nodes registered:\n" + kubectl().run("get", "nodes"));
    }
    inventory.nodes().forEach(this::annotate);
    progress.say("nodes registered; kube-proxy and CoreDNS applied");
  }

  /**
   * A kubelet does not know its node's public address; without a cloud controller, people say it.
   */
  private void annotate(NodeSpec node) {
    for (var address : node.externalAddresses(inventory.spec().topology())) {
      kubectl()
          .run("annotate", "node", node.name(), "weft.dev/endpoint=" + address + ":51820")
          .orThrow();
    }
  }

  /** Installs Weft from its charts, as docs/install.md says, with the cluster's values on top. */
  public void install() {
    try {
      Files.writeString(values(), new YAMLMapper().writeValueAsString(inventory.spec().values()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    helm()
        .run("install", "weft-crds", chart("weft-crds"), "-n", Release.SYSTEM, "--create-namespace")
        .orThrow();
    // kubectl wait fails, and does not wait, where a CRD has no conditions yet.
    var wait = new String[] {"wait", "--for=condition=Established", "crd", "--all"};
    Wait.holds(LIMIT, () -> kubectl().run(wait).ok());
    kubectl().run(wait).orThrow();
    helm("install").orThrow();
  }

  /** Upgrades the chart {@code weft}, with these values on top. */
  public Output upgrade(String... more) {
    return helm("upgrade", more);
  }

  private Output helm(String verb, String... more) {
    var args = new ArrayList<>(List.of(verb, "weft", chart("weft"), "-n", Release.SYSTEM));
    var preset = chart("weft") + "/presets/" + inventory.spec().distribution().preset();
    args.addAll(List.of("-f", preset, "-f", values().toString()));
    args.addAll(Arrays.asList(more));
    return helm().run(args.toArray(String[]::new));
  }

  private String chart(String name) {
    return inventory.repository().resolve("helm").resolve(name).toString();
  }

  private Path values() {
    return directory.root().resolve("values.yaml");
  }

  /** Waits until all nodes, Weft's workloads and CoreDNS are ready; says what isn't otherwise. */
  public void awaitReady(Duration limit) {
    var seconds = "--timeout=" + limit.toSeconds() + "s";
    kubectl().run("wait", "--for=condition=Ready", "node", "--all", seconds).orThrow();
    rolledOut(Release.AGENTS, "daemonset/weft-agent", limit);
    rolledOut(Release.SYSTEM, "deployment/weft-operator", limit);
    rolledOut("kube-system", "daemonset/kube-proxy", limit);
    rolledOut("kube-system", "deployment/coredns", limit);
  }

  /**
   * Waits until kube-proxy has rules for Services on every node: its pods count as ready before.
   * Until then, what hosts send to Services leaves them as it is.
   */
  public void awaitServices(Duration limit) {
    rolledOut("kube-system", "daemonset/kube-proxy", limit);
    for (var node : nodes()) {
      var rules =
          "{ iptables-save -t nat; nft list ruleset; } 2>/dev/null | grep -q default/kubernetes";
      if (!Wait.holds(limit, () -> Shell.run(machine(node), "bash", "-c", rules).ok())) {
        throw new IllegalStateException("kube-proxy has no rules on " + node);
      }
    }
  }

  /** Waits until a workload is rolled out. */
  public void rolledOut(String namespace, String workload, Duration limit) {
    var timeout = "--timeout=" + limit.toSeconds() + "s";
    kubectl().run(limit, "rollout", "status", "-n", namespace, workload, timeout).orThrow();
  }

  /** Whether a node of this cluster is powered on. */
  public boolean isOn(String node) {
    return directory.process("machine-" + inventory.node(node).name()).isPresent();
  }

  /** Powers a node off: everything in it ends at once. */
  public void powerOff(String node) {
    machines.powerOff(inventory.node(node));
  }

  /** Powers a node on; the control plane's node starts the control plane, too. */
  public void powerOn(String node) {
    machines.boot(inventory.node(node));
    if (inventory.controlPlane().name().equals(node)) {
      controlPlane.start();
    }
  }

  /**
   * Lets the clouds of this cluster and of another that is up reach each other's public addresses.
   */
  public void join(RealCluster other) {
    net().join(other.net());
  }

  private Internet net() {
    return new Internet(directory, inventory.spec().topology());
  }

  /** Removes what Weft and CNI keep on a powered-off node's disk. */
  public void forget(String node) {
    machines.forget(inventory.node(node));
  }

  /** Lets a node run {@code deploy/boot/weft-boot-filter.service} when it boots. */
  public void placeBootFilter(String node) {
    BootUnit.place(
        inventory.disk(inventory.node(node)),
        inventory.repository().resolve("deploy/boot/weft-boot-filter.service"));
  }

  /** Takes the unit away again. */
  public void removeBootFilter(String node) {
    BootUnit.remove(inventory.disk(inventory.node(node)));
  }

  /** Lets nothing through to or from a node any more. */
  public void cut(String node) {
    Cable.cut(directory, inventory.node(node));
  }

  /** Ends a cut. */
  public void mend(String node) {
    Cable.mend(directory, inventory.node(node));
  }

  /** Ends the API server; etcd and the controllers stay. */
  public void stopApiServer() {
    controlPlane.stopApiServer();
  }

  /** Starts the API server and waits for it. */
  public void startApiServer() {
    controlPlane.start();
  }

  /** Runs kube-router's NetworkPolicy engine on every node, and waits until each answers. */
  public void startPolicyEngine() {
    new PolicyEngine(
            directory,
            inventory.repository(),
            inventory.spec().topology().serviceCIDR().getFirst(),
            node -> directory.root().resolve("pki/admin.conf"))
        .start(nodes());
  }

  /**
   * Starts a machine in a cloud that is no node, such as a laptop.
   *
   * @param number of its addresses; nodes have those from 11
   */
  public Place addClient(String name, String cloud, int number) {
    var machines = new Machines(directory);
    machines.wire(name, inventory.spec().topology().cloud(cloud), number);
    machines.boot(name);
    return directory.machine(name);
  }

  /** The packets with private addresses, such as pods', that came into the internet. */
  public LeakedPackets leakedPackets() {
    return LeakedPackets.of(this);
  }

  /** How many packets from pod to pod came into the internet since the cluster came up. */
  public long leakedBetweenPods() {
    return LeakedPackets.betweenPods(this, inventory.spec().topology().podCIDR().getFirst());
  }

  /** The internet's network: what is outside of all clouds. */
  public Place internet() {
    return directory.router(Internet.NAME);
  }

  /** All namespaces of a node. */
  public Place machine(String node) {
    return directory.machine(node);
  }

  /** Names of the nodes, the control plane's first. */
  public List<String> nodes() {
    return inventory.nodes().stream().map(NodeSpec::name).toList();
  }

  /** A node's InternalIP. */
  public String address(String node) {
    return inventory.node(node).internalAddresses(inventory.spec().topology()).getFirst();
  }

  /** A node's address as the internet knows it; empty behind a shared one. */
  public List<String> externalAddress(String node) {
    var spec = inventory.node(node);
    return inventory
        .spec()
        .topology()
        .cloud(spec.cloud())
        .publicAddress(Family.IPV4, spec.machineNumber())
        .stream()
        .toList();
  }

  /** Resident memory of the control plane's programs, for people. */
  public String memory() {
    return controlPlane.memory();
  }

  /** Its folder, with logs and captures. */
  public LabDirectory directory() {
    return directory;
  }

  ClusterInventory inventory() {
    return inventory;
  }

  /** kubectl as the administrator. */
  public Kubectl kubectl() {
    return controlPlane.kubectl();
  }

  /** helm as the administrator. */
  public Helm helm() {
    return new Helm(
        directory.networkOnly(inventory.controlPlane().name()), inventory.helm(), directory.root());
  }

  /** The command line that runs {@code kubectl weft} of this tree as the administrator. */
  List<String> weftCommand(List<String> args) {
    var command = new ArrayList<String>();
    command.addAll(List.of("env", "JAVA_HOME=" + System.getProperty("java.home")));
    command.add(inventory.repository().resolve("cli/weft").toString());
    command.addAll(args);
    command.add("--kubeconfig=" + directory.root().resolve("kubeconfig"));
    return command;
  }

  /** The same with this process's own terminal; returns its exit code. */
  public int weftAttached(List<String> args) {
    var place = directory.networkOnly(inventory.controlPlane().name());
    return Shell.attached(place, weftCommand(args));
  }

  /** {@code kubectl weft} of this tree as the administrator. */
  public Output weft(String... args) {
    var place = directory.networkOnly(inventory.controlPlane().name());
    return Shell.run(place, Shell.LIMIT, "", weftCommand(Arrays.asList(args)));
  }
}
