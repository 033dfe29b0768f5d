package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.host.HostState;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A hundred pods on one node, made and deleted again and again: nothing of them may stay. */
class ManyPodsSoak extends OnRealKubelets {
  private static final String NODE = "west-2";
  private static final int PODS = 100;
  private static final int ROUNDS = 10;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  ManyPodsSoak() {
    super("peered");
  }

  /** The host's network and CNI's files, and what only containers have. */
  private record NodeState(HostState host, List<String> containers) {
    static NodeState read(KubeletBed bed) {
      var place = bed.cluster().machine(NODE);
      var containers =
          Shell.script(
                  place,
                  """
                  # kubelet removes them meanwhile: find then fails
                  cd /sys/fs/cgroup && { find . -type d -path '*pod*' 2>/dev/null || true; } | sort
                  find /run/netns -mindepth 1 | sort
                  ip -o link show type veth | wc -l
                  """)
              .orThrow();
      return new NodeState(HostState.read(place), containers.lines().toList());
    }

    List<String> differencesTo(NodeState later) {
      var differences =
          new ArrayList<>(host.differencesTo(later.host, ManyPodsSoak::isNoTraceOfAPod));
      containers.stream()
          .filter(line -> !later.containers.contains(line))
          .forEach(line -> differences.add("- containers: " + line));
      later.containers.stream()
          .filter(line -> !containers.contains(line))
          .forEach(line -> differences.add("+ containers: " + line));
      return differences;
    }
  }

  /** host-local remembers which address it gave last. */
  private static boolean isNoTraceOfAPod(String line) {
    return line.matches("[+-] files: f .* /var/lib/cni/networks/\\S+/last_reserved_ip\\.0 .*");
  }

  @Test
  void hundredPodsMadeAndDeletedTenTimesLeaveNothing() {
    bed().assertAllReached(Duration.ofMinutes(1));
    cluster()
        .kubectl()
        .apply(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: many, namespace: default}
            spec:
              replicas: 0
              selector: {matchLabels: {app: many}}
              template:
                metadata: {labels: {app: many}}
                spec:
                  nodeName: %s
                  terminationGracePeriodSeconds: 0
                  containers: [{name: pause, image: "registry.k8s.io/pause:3.10.1"}]
            """
                .formatted(NODE));
    var before = NodeState.read(bed());
    for (int round = 1; round <= ROUNDS; round++) {
      scale(PODS);
      KubeletBed.await(
          "round %d: %d pods are ready".formatted(round, PODS), LIMIT, () -> ready() == PODS);
      assertEquals(PODS, reached(), "pods that answer a ping from another node");
      scale(0);
      KubeletBed.await(
          "round %d: no pod is left".formatted(round),
          LIMIT,
          () -> cluster().kubectl().get("pods", "-l", "app=many").path("items").isEmpty());
      var differences =
          Wait.look(
              Duration.ofMinutes(2),
              Duration.ofSeconds(1),
              () -> before.differencesTo(NodeState.read(bed())),
              List::isEmpty);
      assertEquals(List.of(), differences, "after round " + round);
    }
    bed().assertAllReached(Duration.ofMinutes(1));
  }

  private void scale(int pods) {
    cluster().kubectl().run("scale", "deployment/many", "--replicas=" + pods).orThrow();
  }

  private int ready() {
    return cluster().kubectl().get("deployment", "many").at("/status/readyReplicas").asInt();
  }

  /** Pinged from a node of the other location, so through a tunnel. */
  private long reached() {
    var addresses = new ArrayList<String>();
    cluster()
        .kubectl()
        .get("pods", "-l", "app=many")
        .path("items")
        .forEach(pod -> addresses.add(pod.at("/status/podIP").asText()));
    return Shell.script(
            cluster().machine("east-1"),
            "for a in %s; do { ping -c1 -W5 $a >/dev/null && echo $a; } & done; wait"
                .formatted(String.join(" ", addresses)))
        .orThrow()
        .lines()
        .count();
  }
}
