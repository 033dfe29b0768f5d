package dev.weft.agent.kernel;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Runs test classes where there is no Maven: under another kernel. Its last line is {@code N
 * passed, N failed, N skipped}; it ends with 1 if any failed or none ran.
 */
public final class KernelTestLauncher {
  private KernelTestLauncher() {}

  /** Arguments: a file for the last line, then class names. */
  public static void main(String[] arguments) throws IOException {
    var classes = List.of(arguments).subList(1, arguments.length);
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(classes.stream().map(c -> selectClass(c)).toList())
            .build();
    var summaries = new SummaryGeneratingListener();
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    LauncherFactory.create().execute(request, summaries, new Names(out));
    var summary = summaries.getSummary();
    summary.printFailuresTo(out, 12);
    long failed = summary.getTotalFailureCount();
    long skipped = summary.getTestsSkippedCount() + summary.getTestsAbortedCount();
    var line =
        "%d passed, %d failed, %d skipped"
            .formatted(summary.getTestsSucceededCount(), failed, skipped);
    out.println(line);
    Files.writeString(Path.of(arguments[0]), line + "\n");
    System.exit(failed > 0 || summary.getTestsSucceededCount() == 0 ? 1 : 0);
  }

  private record Names(PrintWriter out) implements TestExecutionListener {
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.isTest()) {
        var why = result.getThrowable().map(t -> " (" + t.getMessage() + ")").orElse("");
        out.println(result.getStatus() + " " + test.getLegacyReportingName() + why);
      }
    }
  }
}
