package dev.weft.e2e.cluster;

import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Kubernetes' own end-to-end tests, {@code e2e.test}, run against the cluster. */
public final class UpstreamSuite {
  private static final String SPECIAL = "\\[Disruptive\\]|\\[Serial\\]|\\[Slow\\]|LoadBalancer";

  /**
   * Specs that need what this kernel hasn't (SCTP), or other clouds, or are no test of a network.
   */
  private static final String LEFT_OUT = SPECIAL + "|\\[Feature:|(?i:sctp)";

  /** The specs that every conformant cluster's network has to pass. */
  public static final Specs CONFORMANCE = named("\\[sig-network\\].*\\[Conformance\\]");

  /** The specs of NetworkPolicy, which upstream calls a feature; SCTP is only named in some. */
  public static final Specs NETPOL =
      new Specs("\\[sig-network\\] Netpol", SPECIAL + "|SCTPConnectivity");

  /** The specs of a network that neither of the two others holds. */
  public static final Specs REST =
      new Specs("\\[sig-network\\]", LEFT_OUT + "|\\[Conformance\\]|Netpol");

  private static final Pattern CASE =
      Pattern.compile("<testcase name=\"([^\"]*)\"[^>]* status=\"([a-z]+)\"");

  private UpstreamSuite() {}

  /**
   * What came of a run.
   *
   * @param passed names
   * @param failed names
   * @param log where its output is
   */
  public record Result(List<String> passed, List<String> failed, Path log) {}

  /**
   * Which specs are run.
   *
   * @param focus regular expression of their names
   * @param without regular expression of those that are left out nevertheless
   */
  public record Specs(String focus, String without) {}

  /** The specs that a regular expression names, but for those that can't be run here. */
  public static Specs named(String focus) {
    return new Specs(focus, LEFT_OUT);
  }

  /**
   * Runs specs.
   *
   * @param processes how many at a time
   */
  public static Result run(RealCluster cluster, Specs specs, int processes, Duration limit) {
    var inventory = cluster.inventory();
    var folder = cluster.directory().root().resolve("upstream");
    var kubeconfig = cluster.directory().root().resolve("kubeconfig").toString();
    var programs = inventory.programs();
    var command =
        List.of(
            "env",
            "HOME=" + folder,
            "PATH=" + programs + ":" + System.getenv("PATH"),
            programs.resolve("ginkgo").toString(),
            "--procs=" + processes,
            "--no-color",
            "--silence-skips",
            "--focus=" + specs.focus(),
            "--skip=" + specs.without(),
            "--output-dir=" + folder,
            "--junit-report=junit.xml",
            programs.resolve("e2e.test").toString(),
            "--",
            "--provider=skeleton",
            "--kubeconfig=" + kubeconfig,
            "--disable-log-dump",
            "--num-nodes=" + cluster.nodes().size());
    try {
      Files.createDirectories(folder);
      var place = cluster.directory().networkOnly(cluster.nodes().getFirst());
      var output = Shell.run(place, limit, "", command);
      var log = folder.resolve("log");
      Files.writeString(log, output.out() + output.err());
      var report = folder.resolve("junit.xml");
      if (!Files.exists(report)) {
        throw new IllegalStateException("the suite left no report; its output is in " + log);
      }
      return read(Files.readString(report), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a report; names are without the labels that ginkgo appends to them. */
  static Result read(String junit, Path log) {
    var passed = new ArrayList<String>();
    var failed = new ArrayList<String>();
    var cases = CASE.matcher(junit);
    while (cases.find()) {
      var name = cases.group(1);
      if (!name.startsWith("[It]") || cases.group(2).equals("skipped")) {
        continue; // the suite's own set-up, and what was not asked for
      }
      var spec = name.substring("[It] ".length()).replaceAll(" \\[sig-[^]]*]$", "");
      (cases.group(2).equals("passed") ? passed : failed).add(spec);
    }
    return new Result(passed, failed, log);
  }
}
