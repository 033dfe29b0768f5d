package dev.weft.agent.kernel;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.discovery.UniqueIdSelector;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs test classes where there is no Maven: under another kernel. A test that fails is run once
 * more, as Surefire does in the other phases, and is named if it passes then. The last line is
 * {@code N passed, N failed, N skipped}; the exit status is 1 if any failed or none ran.
 */
public final class KernelTestLauncher {
  private KernelTestLauncher() {}

  /** Arguments: a file for the last line, then class names. */
  public static void main(String[] arguments) throws IOException {
    var classes = List.of(arguments).subList(1, arguments.length);
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var first = run(classes.stream().map(DiscoverySelectors::selectClass).toList(), out);
    first.printFailuresTo(out, 12);
    long passed = first.getTestsSucceededCount();
    long failed = first.getTotalFailureCount();
    long skipped = first.getTestsSkippedCount() + first.getTestsAbortedCount();
    if (failed > 0) {
      var again = run(failed(first), out);
      again.printFailuresTo(out, 12);
      var stillFailed = failed(again);
      failed(first).stream()
          .filter(test -> !stillFailed.contains(test))
          .forEach(test -> out.println("FLAKE " + test.getUniqueId()));
      passed += again.getTestsSucceededCount();
      failed = again.getTotalFailureCount();
      skipped += again.getTestsSkippedCount() + again.getTestsAbortedCount();
    }
    var line = "%d passed, %d failed, %d skipped".formatted(passed, failed, skipped);
    out.println(line);
    Files.writeString(Path.of(arguments[0]), line + "\n");
    System.exit(failed > 0 || passed == 0 ? 1 : 0);
  }

  private static TestExecutionSummary run(List<? extends DiscoverySelector> what, PrintWriter out) {
    var request = LauncherDiscoveryRequestBuilder.request().selectors(what).build();
    var summaries = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, summaries, new Names(out));
    return summaries.getSummary();
  }

  private static List<UniqueIdSelector> failed(TestExecutionSummary summary) {
    return summary.getFailures().stream()
        .map(failure -> selectUniqueId(failure.getTestIdentifier().getUniqueId()))
        .toList();
  }

  /** Prints each test with its result, and how long each class took. */
  private static final class Names implements TestExecutionListener {
    private final PrintWriter out;
    private final Map<String, Long> started = new HashMap<>();

    Names(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      started.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.isTest()) {
        var why = result.getThrowable().map(t -> " (" + t.getMessage() + ")").orElse("");
        out.println(result.getStatus() + " " + test.getLegacyReportingName() + why);
      } else if (test.getSource().filter(ClassSource.class::isInstance).isPresent()) {
        out.printf(
            "-- %s took %.1f s%n",
            test.getLegacyReportingName(),
            (System.nanoTime() - started.getOrDefault(test.getUniqueId(), 0L)) / 1e9);
      }
    }
  }
}
