package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** kube-router's NetworkPolicy engine on nodes, as a host's program. */
public final class PolicyEngine {
  /** Of building the program, once. */
  private static final Duration BUILD = Duration.ofMinutes(5);

  private static final Duration START = Duration.ofMinutes(1);

  private final LabDirectory directory;
  private final Path repository;
  private final Subnet services;
  private final Function<String, Path> kubeconfig;

  /**
   * An engine that runs nowhere yet.
   *
   * @param kubeconfig the administrator's, as a node needs it
   */
  public PolicyEngine(
      LabDirectory directory, Path repository, Subnet services, Function<String, Path> kubeconfig) {
    this.directory = directory;
    this.repository = repository;
    this.services = services;
    this.kubeconfig = kubeconfig;
  }

  /** Starts it, and waits until each node's answers. */
  public void start(List<String> nodes) {
    var program = program();
    nodes.forEach(node -> start(node, program));
    for (var node : nodes) {
      if (!Wait.holds(START, () -> answers(node))) {
        throw new IllegalStateException(
            "kube-router on %s does not answer; its log: %s".formatted(node, log(node)));
      }
    }
  }

  private boolean answers(String node) {
    var url = "http://127.0.0.1:20244/healthz";
    return Shell.run(directory.machine(node), "curl", "-sf", "-m", "2", url).ok();
  }

  private String log(String node) {
    var file = directory.root().resolve("logs").resolve(process(node) + ".log");
    return Shell.run(Place.HOST, "tail", "-n", "20", file.toString()).out();
  }

  /** Ends it on a node, and puts back what its iptables were. */
  public void remove(String node) {
    directory.process(process(node)).ifPresent(RecordedProcess::kill);
    Shell.script(
            directory.machine(node),
            """
            # What was saved of tables that did not exist is nothing, and restoring nothing removes nothing.
            # A child of the engine may still be at work.
            for try in $(seq 50); do
              for tool in iptables ip6tables; do
                for table in $($tool-save | sed -n 's/^[*]//p'); do
                  $tool -w -t $table -F && $tool -w -t $table -X
                done
                [ ! -e /run/before-$tool ] || $tool-restore -w < /run/before-$tool
              done
              sleep 0.2
              { iptables-save; ip6tables-save; } | grep -q -e KUBE- || break
            done
            ! { iptables-save; ip6tables-save; } | grep -e KUBE-
            """)
        .orThrow();
  }

  private String program() {
    var script = repository.resolve("e2e/tools/kube-router.sh").toString();
    return Shell.run(Place.HOST, BUILD, "", List.of(script)).orThrow().strip();
  }

  private static String process(String node) {
    return "kube-router-" + node;
  }

  private void start(String node, String program) {
    var keep = "for tool in iptables ip6tables; do $tool-save > /run/before-$tool; done";
    Shell.script(directory.machine(node), keep).orThrow();
    new Daemons(directory)
        .start(
            directory.machine(node),
            process(node),
            Map.of(),
            List.of(
                program,
                "--run-firewall=true",
                "--run-router=false",
                "--run-service-proxy=false",
                "--run-loadbalancer=false",
                "--hostname-override=" + node,
                "--service-cluster-ip-range=" + services,
                "--kubeconfig=" + kubeconfig.apply(node)));
  }
}
