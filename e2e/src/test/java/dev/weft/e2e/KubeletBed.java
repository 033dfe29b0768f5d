package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.e2e.cluster.ClusterCheck;
import dev.weft.e2e.cluster.ClusterSpec;
import dev.weft.e2e.cluster.RealCluster;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.Progress;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.probe.SequencedTraffic.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;

/** A cluster with real kubelets, and what its tests ask of it. */
final class KubeletBed {
  /** How long a node that is powered on may take until everything works again. */
  static final Duration BACK = Duration.ofMinutes(1);

  private static final int PER_SECOND = 100;

  private final RealCluster cluster;

  private KubeletBed(RealCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Builds a cluster, in place of one of the same name; its nodes have no CNI yet.
   *
   * @param test whose cluster it is, so that tests can run beside each other
   * @param spec a name from {@code e2e/clusters}
   */
  static KubeletBed up(Class<?> test, String spec) {
    return up(directory(test), spec);
  }

  private static KubeletBed up(LabDirectory directory, String spec) {
    RealCluster.down(directory);
    var file = SharedLab.REPOSITORY.resolve("e2e/clusters/" + spec + ".yaml");
    return new KubeletBed(
        RealCluster.up(
            directory, ClusterSpec.read(file), SharedLab.REPOSITORY, new Progress(System.out)));
  }

  /** The same with Weft installed and ready, and the pods of the check running. */
  static KubeletBed installed(Class<?> test, String spec) {
    return installed(directory(test), spec);
  }

  /** One of several clusters of a test, with Weft installed and ready; named as its file. */
  static KubeletBed oneOf(Class<?> test, String spec) {
    return installed(directory(test, spec), spec);
  }

  private static KubeletBed installed(LabDirectory directory, String spec) {
    var bed = up(directory, spec);
    // Before kube-proxy has its rules, what hosts send to Services leaves them; no agent could
    // help.
    bed.cluster.awaitServices(Duration.ofMinutes(2));
    bed.cluster.install();
    bed.cluster.awaitReady(Duration.ofMinutes(2));
    ClusterCheck.prepare(bed.cluster);
    return bed;
  }

  RealCluster cluster() {
    return cluster;
  }

  /** Fails with what isn't reached, if anything isn't after that time. */
  void assertAllReached(Duration limit) {
    var failed =
        Wait.look(
            limit,
            Duration.ofMillis(500),
            () -> ClusterCheck.ask(cluster).stream().filter(a -> !a.good()).toList(),
            List::isEmpty);
    assertEquals(List.of(), failed.stream().map(ClusterCheck.Answer::asked).toList());
  }

  /** Fails with the last packets that left in plain text, if they are not as many as that. */
  void assertLeaked(long expected, String when) {
    var leaked = cluster.leakedPackets();
    assertEquals(expected, leaked.count(), () -> when + ": " + leaked);
  }

  /** Name of the pod that holds the operators' Lease. */
  String leader() {
    return cluster
        .kubectl()
        .get("lease", "-n", "weft-system", "weft-operator")
        .at("/spec/holderIdentity")
        .asText();
  }

  /** Waits until a node's kubelet renews its Lease and the node is ready. */
  void awaitNode(String node, Instant after, Duration limit) {
    await(
        node + " is ready",
        limit,
        () -> {
          var lease =
              cluster
                  .kubectl()
                  .run(
                      "get",
                      "lease",
                      "-n",
                      "kube-node-lease",
                      node,
                      "-o",
                      "jsonpath={.spec.renewTime}");
          return lease.ok()
              && !lease.out().isBlank()
              && Instant.parse(lease.out().strip()).isAfter(after)
              && condition(cluster.kubectl().get("node", node), "Ready").equals("True");
        });
  }

  /**
   * Waits until everything is as an administrator wants it: nodes and mesh are ready, a new Peer
   * gets to the gateways, and everything is reached.
   *
   * @param peer name of the new Peer
   * @param key its public key
   */
  void assertConverges(String peer, String key) {
    await(
        "all nodes are ready",
        Duration.ofMinutes(2),
        () ->
            cluster.nodes().stream()
                .allMatch(
                    n -> condition(cluster.kubectl().get("node", n), "Ready").equals("True")));
    addPeer(peer, key);
    await(
        "the mesh is ready",
        Duration.ofMinutes(2),
        () -> condition(cluster.kubectl().get("wgm", "weft"), "Ready").equals("True"));
    assertAllReached(Duration.ofMinutes(1));
  }

  /** Creates a Peer and waits until all gateways have it. */
  void addPeer(String peer, String key) {
    cluster
        .kubectl()
        .apply(
            """
            apiVersion: weft.dev/v1alpha1
            kind: Peer
            metadata: {name: %s}
            spec: {publicKey: "%s"}
            """
                .formatted(peer, key));
    await(
        "a new Peer is accepted",
        Duration.ofMinutes(1),
        () -> condition(cluster.kubectl().get("wgp", peer), "Accepted").equals("True"));
    await(
        "all gateways have the new Peer",
        Duration.ofMinutes(1),
        () ->
            List.of("east", "west").stream()
                .allMatch(
                    l ->
                        Shell.run(cluster.machine(gateway(l)), "wg", "show", "weft0")
                            .out()
                            .contains(key)));
  }

  /** Waits, and prints how long it took. */
  static void await(String what, Duration limit, BooleanSupplier holds) {
    long start = System.nanoTime();
    if (!Wait.holds(limit, holds)) {
      throw new AssertionError(what + ": not within " + limit.toSeconds() + " s");
    }
    System.out.printf("measured: %s after %.1f s%n", what, (System.nanoTime() - start) / 1e9);
  }

  /** Status of an object's condition; empty if it has none of that type. */
  static String condition(JsonNode object, String type) {
    return StreamSupport.stream(object.at("/status/conditions").spliterator(), false)
        .filter(c -> c.path("type").asText().equals(type))
        .map(c -> c.path("status").asText())
        .findFirst()
        .orElse("");
  }

  /** The gateway of a location, as the operator published it. */
  String gateway(String location) {
    return StreamSupport.stream(
            cluster.kubectl().get("wireguardnodes").path("items").spliterator(), false)
        .filter(n -> n.at("/spec/location").asText().equals(location))
        .filter(n -> n.at("/spec/role").asText().equals("Gateway"))
        .map(n -> n.at("/metadata/name").asText())
        .findFirst()
        .orElseThrow(() -> new AssertionError("location " + location + " has no gateway"));
  }

  /** Waits until a pod of one node is answered by the pod of another. */
  void awaitPod(String from, String to, Duration limit) {
    await("pod of %s answers pod of %s".formatted(to, from), limit, between(from, to));
  }

  /**
   * Asks whether the pod of one node is answered by the pod of another, which run now; needs no API
   * server later.
   */
  BooleanSupplier between(String from, String to) {
    var pods = ClusterCheck.endpoints(cluster, List.of(from, to));
    assertEquals(2, pods.size(), () -> "pods that run: " + pods);
    var source = pods.stream().filter(p -> p.name().equals(from)).findFirst().orElseThrow();
    var target = pods.stream().filter(p -> p.name().equals(to)).findFirst().orElseThrow();
    var net = "--net=" + source.namespace().path();
    var url = "http://" + target.address() + ":8080/hostname";
    return () -> Shell.run(Place.HOST, "nsenter", net, "curl", "-sf", "-m", "1", url).ok();
  }

  /** Packets between the pods of these nodes, in both directions, for at most that long. */
  UnderTraffic traffic(List<String> nodes, int seconds) {
    var pods = ClusterCheck.endpoints(cluster, nodes);
    assertEquals(nodes.size(), pods.size(), () -> "pods that run: " + pods);
    var directions = new ArrayList<Direction>();
    for (var from : pods) {
      for (var to : pods) {
        if (!from.equals(to)) {
          directions.add(new Direction(from, to));
        }
      }
    }
    return new UnderTraffic(
        () -> overflows(nodes), () -> drops(nodes), directions, PER_SECOND, seconds);
  }

  private DropCounters drops(List<String> nodes) {
    return nodes.stream()
        .map(node -> DropCounters.of(node, cluster.machine(node)))
        .reduce(
            new DropCounters(Map.of("internet private", cluster.leakedPackets().count())),
            DropCounters::and);
  }

  private Map<String, Integer> overflows(List<String> nodes) {
    var byCloud = new TreeMap<String, Integer>();
    for (var node : nodes) {
      byCloud.merge(
          node.substring(0, node.indexOf('-')),
          UnderTraffic.overflowed(cluster.machine(node)),
          Integer::sum);
    }
    return byCloud;
  }

  /** Packets a second of each flow. */
  static int perSecond() {
    return PER_SECOND;
  }

  private static LabDirectory directory(Class<?> test) {
    return LabDirectory.named("e2e-" + test.getSimpleName().toLowerCase(Locale.ROOT));
  }

  private static LabDirectory directory(Class<?> test, String spec) {
    return LabDirectory.named(directory(test).name() + "-" + spec);
  }

  /** Ends a test's cluster, and fails if anything of it is left on this machine. */
  static void assertNothingLeft(Class<?> test) {
    assertNothingLeft(directory(test));
  }

  /** The same of one of several clusters of a test. */
  static void assertNothingLeft(Class<?> test, String spec) {
    assertNothingLeft(directory(test, spec));
  }

  private static void assertNothingLeft(LabDirectory directory) {
    RealCluster.down(directory);
    var left =
        Shell.run(
                Place.HOST,
                "bash",
                "-c",
                """
                compgen -G '/sys/fs/cgroup/*/weft-%1$s-*'
                compgen -G '/var/tmp/weft-cluster/%1$s*'
                grep -e '/%1$s/' /proc/mounts
                for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -e '[w]eft-lab/%1$s/'; done
                true
                """
                    .formatted(directory.name()))
            .out();
    assertEquals("", left);
    assertEquals(false, directory.exists());
  }
}
