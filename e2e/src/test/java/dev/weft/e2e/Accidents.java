package dev.weft.e2e;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.Release;
import dev.weft.e2e.lab.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What somebody deletes by accident: each is done, left so for a while, and repaired as
 * docs/operations.md says, if it needs a repair at all. Kubernetes' own garbage collector and
 * controller of namespaces run meanwhile.
 */
final class Accidents {
  private static final int PATIENCE = 90;
  private static final String WEFT = "app.kubernetes.io/part-of=weft";

  private final Lab lab;
  private final BackupCommands backup;
  private final int seconds;

  /**
   * @param backup taken before the first accident
   * @param seconds how long it takes until somebody repairs it
   */
  Accidents(Lab lab, BackupCommands backup, int seconds) {
    this.lab = lab;
    this.backup = backup;
    this.seconds = seconds;
  }

  /** One of them, with its repair. */
  record Accident(String name, Runnable run) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Those that take seconds. */
  List<Accident> brief() {
    return List.of(
        nothingToRepair("wireguardnodes"),
        nothingToRepair("nodereports"),
        definition("wireguardmeshes"),
        definition("peers"));
  }

  /** All of them. */
  List<Accident> all() {
    return Stream.of(
            brief(),
            List.of(
                definition("wireguardnodes"),
                definition("nodereports"),
                definition("wireguardmeshes", "wireguardnodes", "nodereports", "peers"),
                new Accident("the ClusterRoles and their bindings", this::roles),
                new Accident("the agents' namespace", this::namespace),
                new Accident("etcd restored from a snapshot of before", this::snapshot),
                new Accident("etcd empty, objects from the backup", this::empty)))
        .flatMap(List::stream)
        .toList();
  }

  private Accident nothingToRepair(String kind) {
    return new Accident(
        "all " + kind,
        () -> {
          int before = count(kind);
          kubectl("delete", kind + ".weft.dev", "--all");
          Wait.until(kind + " are back", PATIENCE, () -> count(kind) == before);
        });
  }

  private Accident definition(String... kinds) {
    return new Accident(
        "the CRD of " + String.join(", ", kinds),
        () -> {
          kubectl(
              Stream.concat(
                      Stream.of("delete", "crd"), Stream.of(kinds).map(kind -> kind + ".weft.dev"))
                  .toArray(String[]::new));
          later();
          lab.release().upgradeCrds();
          backup.restore();
        });
  }

  private void roles() {
    kubectl("delete", "clusterrole,clusterrolebinding", "-l", WEFT);
    later();
    lab.release().upgrade().orThrow();
  }

  /** As kubelets do: pods end before their namespace does. */
  private void namespace() {
    kubectl("delete", "namespace", Release.AGENTS, "--wait=false");
    sleep(2); // agents are told of what goes before they go themselves
    lab.faults().endAgents();
    Wait.until(
        "the end of the namespace",
        PATIENCE,
        () -> {
          lab.kubectl()
              .run("delete", "pods", "--all", "-n", Release.AGENTS, "--force", "--grace-period=0");
          return !lab.kubectl().run("get", "namespace", Release.AGENTS).ok();
        });
    later();
    backup.restore();
    lab.release().upgrade().orThrow();
    lab.faults().newAgents();
  }

  /** Since the copy a Peer was added; it is nowhere any more, as all that came later. */
  private void snapshot() {
    lab.faults().saveEtcd("before");
    lab.kubectl()
        .apply(
            """
            apiVersion: weft.dev/v1alpha1
            kind: Peer
            metadata: {name: younger}
            spec:
              publicKey: 5OLlDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=
              allowedIPs: [10.5.0.99/32]
            """);
    awaitYounger(true);
    later();
    lab.faults().restoreEtcd("before");
    awaitYounger(false);
  }

  private void awaitYounger(boolean known) {
    var script = (known ? "" : "! ") + "ip route show table all | grep -q '^10.5.0.99 '";
    for (var node : lab.inventory().nodes()) {
      Wait.until(
          node.name() + ": " + script,
          PATIENCE,
          () -> Shell.script(lab.machine(node.name()), script).ok());
    }
  }

  private void empty() {
    lab.faults().stopOperator(); // its pod is nowhere any more
    lab.faults().emptyEtcd();
    later();
    lab.release().installCrds();
    backup.restore();
    lab.registerNodes();
    lab.release().installAgain();
    lab.faults().newPods();
  }

  private int count(String kind) {
    return lab.kubectl().get(kind + ".weft.dev").path("items").size();
  }

  private void kubectl(String... args) {
    lab.kubectl().run(args).orThrow();
  }

  private void later() {
    sleep(seconds);
  }

  private static void sleep(int seconds) {
    try {
      Thread.sleep(Duration.ofSeconds(seconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Kubernetes' controllers, built where this machine hasn't had them yet. */
  static Path controllers() {
    var script = SharedLab.REPOSITORY.resolve("e2e/tools/kubernetes-programs.sh").toString();
    var programs = Shell.run(Place.HOST, Duration.ofMinutes(80), "", List.of(script)).orThrow();
    return Path.of(programs.strip()).resolve("kube-controller-manager");
  }
}
