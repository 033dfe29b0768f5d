package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.LabStatus;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Progress;
import dev.weft.e2e.lab.Topology;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.probe.Endpoint;
import java.time.Duration;
import java.util.function.Supplier;

/** A lab of a topology of its own, for the tests of one class. */
final class TopologyLab implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final LabDirectory directory;
  private final Lab lab;

  private TopologyLab(LabDirectory directory, Lab lab) {
    this.directory = directory;
    this.lab = lab;
  }

  /** Builds the lab of that topology and waits until its agents are ready. */
  static TopologyLab up(String topology) {
    return up(topology, "");
  }

  /** The same beside another CNI. */
  static TopologyLab up(String topology, String cni) {
    var directory = LabDirectory.named(SharedLab.NAME + "-" + topology);
    Lab.down(directory);
    var file = SharedLab.REPOSITORY.resolve("e2e/topologies/" + topology + ".yaml");
    var lab =
        Lab.up(
            directory,
            Topology.read(file).withCni(cni),
            SharedLab.REPOSITORY,
            false,
            new Progress(System.out));
    lab.awaitReady(PATIENCE);
    return new TopologyLab(directory, lab);
  }

  /** Counts the test as skipped where the kernel has no IPIP. */
  static void assumeIpip() {
    var probe = "unshare -n ip link add probe type ipip remote 192.0.2.1";
    assumeTrue(
        Shell.script(Place.HOST, probe).ok(), "this kernel has no IPIP; User Mode Linux has");
  }

  @Override
  public void close() {
    Lab.down(directory);
  }

  Lab lab() {
    return lab;
  }

  /** Waits until every pod reaches every other and all agents are ready, and fails otherwise. */
  LabStatus assertWell() {
    lab.awaitReady(PATIENCE);
    var status =
        Wait.look(
            PATIENCE, Duration.ofMillis(500), lab::status, s -> s.good() || !s.internet().clean());
    assertTrue(status.good(), status::text);
    return status;
  }

  /** Fails if the internet has seen what it must not see. */
  void assertClean() {
    var seen = lab.internetVerdict();
    assertTrue(seen.clean(), () -> seen.violations().toString());
  }

  /** The first pod of a node. */
  Endpoint pod(String node) {
    return lab.endpoint(new PodName(node, "a"));
  }

  /** Runs a script on a node and returns what it says. */
  String on(String node, String script) {
    return Shell.script(lab.machine(node), script).orThrow().strip();
  }

  /** Runs a script in the first pod of a node. */
  Output in(String node, String script) {
    return Shell.script(lab.pod(new PodName(node, "a")), script);
  }

  /** Runs a script on a cloud's router. */
  String onRouter(String cloud, String script) {
    return Shell.script(lab.directory().router("cloud-" + cloud), script).orThrow().strip();
  }

  /** Merges into the mesh's spec, and waits until that is in force and applied on every node. */
  void patch(String spec) {
    long before = generation();
    SharedLab.patch(lab, spec);
    eventually(
        spec + " in effect",
        () -> {
          var mesh = lab.kubectl().get("wgm", "demo");
          long generation = mesh.at("/metadata/generation").asLong();
          boolean planned =
              mesh.at("/status/conditions")
                  .valueStream()
                  .anyMatch(
                      c ->
                          c.path("type").asText().equals("Planned")
                              && c.path("observedGeneration").asLong() == generation);
          return (generation == before || planned)
              && mesh.at("/status/readyNodes").equals(mesh.at("/status/nodes"));
        });
  }

  private long generation() {
    return lab.kubectl().get("wgm", "demo").at("/metadata/generation").asLong();
  }

  /** Waits for something; fails if it doesn't come. */
  static void eventually(String what, Supplier<Boolean> holds) {
    assertTrue(Wait.holds(PATIENCE, holds::get), () -> what + ": not within " + PATIENCE);
  }
}
