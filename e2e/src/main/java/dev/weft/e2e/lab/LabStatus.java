package dev.weft.e2e.lab;

import dev.weft.e2e.capture.Kind;
import dev.weft.e2e.capture.Verdict;
import dev.weft.e2e.exec.NetworkNamespace;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.probe.HttpGet;
import dev.weft.e2e.probe.ReachabilityMatrix;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * What can be seen of a lab from outside.
 *
 * @param agents one per node
 * @param matrices of all pods that have an address, one per family
 * @param podsWithoutAddress should be none
 * @param internet what the sniffers saw since the lab came up
 */
public record LabStatus(
    List<Agent> agents,
    List<ReachabilityMatrix> matrices,
    List<PodName> podsWithoutAddress,
    Verdict internet) {
  public LabStatus {
    matrices = List.copyOf(matrices);
  }

  /**
   * A node's agent and tunnels.
   *
   * @param readiness {@code ready}, or why not
   * @param handshakes {@code device peer age}, one per WireGuard peer
   * @param residentKib of the agent
   */
  public record Agent(String node, String readiness, List<String> handshakes, long residentKib) {
    /** Whether it says it is ready. */
    public boolean ready() {
      return readiness.equals("ready");
    }
  }

  /** Looks at everything. */
  static LabStatus observe(Lab lab) {
    var agents = agents(lab);
    var families = lab.inventory().topology().families();
    var endpoints = families.stream().map(lab::endpoints).toList();
    var complete =
        lab.inventory().pods().stream()
            .filter(
                p ->
                    endpoints.stream()
                        .allMatch(e -> e.stream().anyMatch(o -> o.name().equals(p.toString()))))
            .toList();
    return new LabStatus(
        agents,
        endpoints.stream().map(ReachabilityMatrix::measure).toList(),
        lab.inventory().pods().stream().filter(p -> !complete.contains(p)).toList(),
        lab.internetVerdict());
  }

  /** Of the first family. */
  public ReachabilityMatrix matrix() {
    return matrices.getFirst();
  }

  /** Whether all is as it should be. */
  public boolean good() {
    return matrices.stream().allMatch(ReachabilityMatrix::complete)
        && podsWithoutAddress.isEmpty()
        && agents.stream().allMatch(Agent::ready)
        && internet.clean();
  }

  /** As text for people. */
  public String text() {
    var text = new StringBuilder();
    for (var matrix : matrices) {
      text.append(matrix.table()).append("  (round trip, ms)\n");
      matrix.missing().forEach(line -> text.append("  ").append(line).append('\n'));
    }
    podsWithoutAddress.forEach(pod -> text.append("  no address: ").append(pod).append('\n'));
    text.append('\n');
    for (var agent : agents) {
      text.append(
          "%-10s agent %s, %d MiB\n"
              .formatted(agent.node(), agent.readiness(), agent.residentKib() / 1024));
      agent.handshakes().forEach(h -> text.append("           ").append(h).append('\n'));
    }
    text.append("\ninternet   ");
    for (var kind : Kind.values()) {
      text.append("%s %d  ".formatted(kind, internet.count(kind)));
    }
    text.append("forbidden %d\n".formatted(internet.violationCount()));
    internet.violations().forEach(v -> text.append("  " + v.time() + " " + v.reason() + "\n"));
    text.append(
        "%d of %d pairs answer; %s\n"
            .formatted(
                matrices.stream().mapToInt(m -> m.pairs() - m.missing().size()).sum(),
                matrices.stream().mapToInt(ReachabilityMatrix::pairs).sum(),
                good() ? "all is well" : "something is wrong"));
    return text.toString();
  }

  /** Every node's agent. */
  static List<Agent> agents(Lab lab) {
    var all =
        lab.inventory().nodes().stream()
            .map(node -> CompletableFuture.supplyAsync(() -> agent(lab, node)))
            .toList();
    return all.stream().map(CompletableFuture::join).toList();
  }

  private static Agent agent(Lab lab, NodeSpec node) {
    var process = lab.directory().process(Weft.agent(node));
    return new Agent(
        node.name(),
        process.isEmpty() ? "not running" : readiness(lab, node, ways(lab, node)),
        handshakes(lab, node),
        process.map(RecordedProcess::residentKib).orElse(0L));
  }

  /**
   * Nodes whose pods a node would look for on the internet, having no route of the mesh yet. An
   * agent that is ready has applied what it knows; it may not know all yet.
   */
  private static List<String> ways(Lab lab, NodeSpec node) {
    var topology = lab.inventory().topology();
    var routers =
        topology.cloud(node.cloud()).linkOf(node.machineNumber()).stream()
            .map(prefix -> prefix.host(1))
            .collect(Collectors.joining("|"));
    var others =
        lab.inventory().nodes().stream()
            .filter(other -> !other.equals(node))
            .flatMap(
                other -> other.podCIDRs(topology).stream().map(r -> other.name() + " " + r.host(1)))
            .collect(Collectors.joining("\n"));
    var script =
        """
        while read -r name address; do
          ip route get "$address" | grep -Eq ' via (%s) ' && echo "$name" || true
        done <<'NODES'
        %s
        NODES
        """
            .formatted(routers, others);
    return Shell.script(lab.machine(node.name()), script).out().lines().toList();
  }

  private static String readiness(Lab lab, NodeSpec node, List<String> astray) {
    if (!astray.isEmpty()) {
      return "without a route to the pods of " + String.join(", ", astray);
    }
    return new NetworkNamespace(lab.directory().netns(node.name()))
        .start(
            "ready-" + node.name(),
            () -> HttpGet.get("127.0.0.1", 9586, "/readyz", Duration.ofSeconds(2)))
        .thenApply(
            answer ->
                answer.status() == 200 ? "ready" : answer.status() + " " + answer.body().strip())
        .exceptionally(e -> "not answering: " + e.getMessage())
        .join();
  }

  private static List<String> handshakes(Lab lab, NodeSpec node) {
    var output = Shell.run(lab.machine(node.name()), "wg", "show", "all", "latest-handshakes");
    long now = Instant.now().getEpochSecond();
    return output
        .out()
        .lines()
        .map(line -> line.split("\t", -1))
        .filter(fields -> fields.length == 3)
        .map(
            fields -> {
              long at = Long.parseLong(fields[2]);
              var age = at == 0 ? "no handshake yet" : "handshake %d s ago".formatted(now - at);
              return "%s %s %s".formatted(fields[0], fields[1], age);
            })
        .toList();
  }
}
