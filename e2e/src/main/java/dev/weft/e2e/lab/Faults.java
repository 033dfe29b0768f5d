package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Parallel;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.nio.file.Path;

/** What may break in a lab, and how it is mended. */
public final class Faults {
  private final Lab lab;
  private final ControlPlane controlPlane;
  private final Weft weft;

  Faults(Lab lab, ControlPlane controlPlane, Weft weft) {
    this.lab = lab;
    this.controlPlane = controlPlane;
    this.weft = weft;
  }

  /**
   * Kills a node's agent and everything else in its container with SIGKILL; it is started again
   * after a second, as a kubelet does.
   */
  public void killAgent(String node) {
    weft.killAgent(lab.inventory().node(node));
  }

  /** Kills a node's agent; it isn't started again. */
  public void stopAgent(String node) {
    weft.stopAgent(lab.inventory().node(node));
  }

  /** Starts a stopped agent. */
  public void startAgent(String node) {
    weft.startAgent(lab.inventory().node(node));
  }

  /** Stops a node's agent where it is, with SIGSTOP: its process stays and does nothing. */
  public void freezeAgent(String node) {
    agent(node).suspend();
  }

  /** Lets a frozen agent go on. */
  public void thawAgent(String node) {
    agent(node).resume();
  }

  private RecordedProcess agent(String node) {
    var name = Weft.agent(lab.inventory().node(node));
    return lab.directory()
        .process(name)
        .orElseThrow(() -> new IllegalStateException(name + " doesn't run"));
  }

  /** Ends the API server; etcd stays. */
  public void stopApiServer() {
    controlPlane.stopApiServer();
  }

  /** Starts the API server and waits for it. */
  public void startApiServer() {
    controlPlane.start();
    controlPlane.awaitReady();
  }

  /**
   * Keeps a copy of etcd's data in the lab's folder; the API server is away for some seconds.
   *
   * @param name of the copy
   */
  public void saveEtcd(String name) {
    controlPlane.saveEtcd(copy(name));
  }

  /** Puts a copy of etcd's data in the place of what there is, and starts the API server anew. */
  public void restoreEtcd(String name) {
    controlPlane.restoreEtcd(copy(name));
  }

  /** Starts etcd without data, as after the loss of its disk; no Node is registered. */
  public void emptyEtcd() {
    controlPlane.restoreEtcd(copy("nothing"));
  }

  private Path copy(String name) {
    return lab.directory().root().resolve("etcd-" + name);
  }

  /**
   * Starts Kubernetes' garbage collector and its controller of namespaces, which a lab lacks.
   *
   * @param program kube-controller-manager
   */
  public void startControllers(Path program) {
    controlPlane.startControllers(program);
  }

  /** Ends them. */
  public void stopControllers() {
    controlPlane.stopControllers();
  }

  /** Ends all agents as when their pods are deleted; wireguard-go's runners go on. */
  public void endAgents() {
    Parallel.each(lab.inventory().nodes(), weft::endAgent);
  }

  /** Starts operator and agents in new pods, made of what is installed now. */
  public void newPods() {
    weft.replaceOperator();
    newAgents();
  }

  /** Starts agents in new pods, made of what is installed now. */
  public void newAgents() {
    Parallel.each(lab.inventory().nodes(), weft::replaceAgent);
  }

  /** Kills the operator; it isn't started again. */
  public void stopOperator() {
    weft.stopOperator();
  }

  /** Starts the operator. */
  public void startOperator() {
    weft.startOperator();
  }

  /** Lets nothing through any more to or from a node or a cloud, silently: no carrier is lost. */
  public void cut(String target) {
    cable(target, true);
  }

  /** Lets nothing through any more in one direction, as the node sees it. */
  public void cut(String node, Cable.Way way) {
    Cable.cut(lab.directory(), lab.inventory().node(node), way);
  }

  /** Lets nothing through any more between a node and another cloud's public addresses. */
  public void sever(String node, String cloud) {
    var remote = lab.inventory().topology().cloud(cloud).publicSubnets();
    Cable.sever(lab.directory(), lab.inventory().node(node), remote);
  }

  /** Ends a cut, of whichever kind. */
  public void mend(String target) {
    cable(target, false);
  }

  /**
   * Lets UDP packets above a size vanish to and from a cloud, without a word: a path MTU black hole
   * for tunnels, while the API server is still reached.
   *
   * @param bytes largest IP packet that still passes
   */
  public void narrow(String cloud, int bytes) {
    var rules =
        "add rule inet internet narrow oifname %1$s meta l4proto udp meta length > %2$d drop; add rule inet internet narrow iifname %1$s meta l4proto udp meta length > %2$d drop"
            .formatted(lab.inventory().topology().cloud(cloud).name(), bytes);
    Shell.run(lab.directory().router(Internet.NAME), "nft", rules).orThrow();
  }

  /** Lets packets of every size through again, everywhere. */
  public void widen() {
    Shell.run(lab.directory().router(Internet.NAME), "nft", "flush chain inet internet narrow")
        .orThrow();
  }

  /**
   * Makes a cloud's line to the internet a bad one, in both directions. Where the kernel has netem
   * (tc-netem(8)), every packet takes 30 to 50 ms, some overtake others, some come twice, and some
   * are lost; where it has not, some of UDP are lost.
   *
   * @param percent of the packets, in each direction, that are lost; 1 to 99
   * @return what is done to the packets, for people
   */
  public String disturb(String cloud, int percent) {
    if (percent < 1 || percent > 99) {
      throw new IllegalArgumentException("a loss of %d%%: write 1 to 99".formatted(percent));
    }
    var name = lab.inventory().topology().cloud(cloud).name();
    var internet = lab.directory().router(Internet.NAME);
    var netem =
        "tc qdisc replace dev %s root netem delay 40ms 10ms loss %d%% duplicate 1%% reorder 5%%";
    if (Shell.script(internet, netem.formatted(name, percent)).ok()) {
      Shell.script(router(cloud), netem.formatted("wan", percent)).orThrow();
      return "netem: delay 40ms 10ms, loss %d%%, duplicate 1%%, reorder 5%%".formatted(percent);
    }
    Shell.run(
            internet,
            "nft",
            """
            add table inet bad_%1$s
            delete table inet bad_%1$s
            add table inet bad_%1$s
            add chain inet bad_%1$s line { type filter hook forward priority filter - 2; }
            add rule inet bad_%1$s line oifname %1$s meta l4proto udp numgen random mod 100 < %2$d drop
            add rule inet bad_%1$s line iifname %1$s meta l4proto udp numgen random mod 100 < %2$d drop
            """
                .formatted(name, percent))
        .orThrow();
    return "nft: loss %d%% of UDP".formatted(percent);
  }

  /** Ends what {@link #disturb} did to a cloud's line. */
  public void calm(String cloud) {
    var name = lab.inventory().topology().cloud(cloud).name();
    var internet = lab.directory().router(Internet.NAME);
    var netem = "if tc qdisc show dev %1$s | grep -q netem; then tc qdisc del dev %1$s root; fi";
    Shell.script(internet, netem.formatted(name)).orThrow();
    Shell.script(router(cloud), netem.formatted("wan")).orThrow();
    var rules = "add table inet bad_%1$s; delete table inet bad_%1$s".formatted(name);
    Shell.run(internet, "nft", rules).orThrow();
  }

  /**
   * Lets a cloud's router forget its port mappings, as cheap ones do: what its nodes send by UDP
   * comes from other ports from now on, and answers to the ports of before are lost.
   *
   * @param mapping number of what it remembers from now on, 1 to 65535; another than before
   */
  public void remap(String cloud, int mapping) {
    var script =
        """
        add table ip remap
        delete table ip remap
        add table ip remap
        add chain ip remap memory { type filter hook prerouting priority raw; }
        add chain ip remap ports { type nat hook postrouting priority srcnat - 1; }
        add rule ip remap memory meta l4proto udp ct zone set %d
        add rule ip remap ports oifname "wan" meta l4proto udp masquerade fully-random
        """
            .formatted(mapping);
    Shell.run(router(cloud), "nft", script).orThrow();
  }

  /** Lets a router whose ports were changed remember what it knew at first. */
  public void remember(String cloud) {
    Shell.run(router(cloud), "nft", "add table ip remap; delete table ip remap").orThrow();
  }

  private Place router(String cloud) {
    var name = lab.inventory().topology().cloud(cloud).name();
    return lab.directory().router("cloud-" + name);
  }

  private void cable(String target, boolean cut) {
    var directory = lab.directory();
    var clouds = lab.inventory().topology().clouds();
    if (clouds.stream().anyMatch(c -> c.name().equals(target))) {
      var change = (cut ? "add" : "delete") + " element inet internet cut { \"" + target + "\" }";
      Shell.run(directory.router(Internet.NAME), "nft", change).orThrow();
      return;
    }
    var node = lab.inventory().node(target);
    if (cut) {
      Cable.cut(directory, node);
    } else {
      Cable.mend(directory, node);
    }
  }
}
