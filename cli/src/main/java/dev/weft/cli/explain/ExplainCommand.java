package dev.weft.cli.explain;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.cluster.MeshChoice;
import dev.weft.cli.output.OutputOptions;
import dev.weft.cli.output.Visible;
import dev.weft.mesh.explain.Explainer;
import dev.weft.mesh.explain.Explanation;
import dev.weft.mesh.explain.Step;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft explain FROM TO}. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Explains why FROM reaches TO, or doesn't, step by step in both directions, and names the first broken link and its fix.",
      "Ends are node/NAME, pod/NAMESPACE/NAME, service/NAMESPACE/NAME, peer/NAME, an address, or a name that is unique."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:nothing is broken", "1:a link is broken", "2:wrong usage, or no cluster"})
public final class ExplainCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FROM", description = "One end.")
  private String from = "";

  @Parameters(index = "1", paramLabel = "TO", description = "The other end.")
  private String to = "";

  @Mixin private final MeshChoice mesh = new MeshChoice();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    var state = cluster.state(true);
    var view = mesh.of(state);
    var services =
        ServiceEnd.isCandidate(from) || ServiceEnd.isCandidate(to)
            ? cluster.services()
            : List.<JsonNode>of();
    Explanation explanation;
    try {
      explanation = Explainer.explain(state, view, end(from, services), end(to, services));
    } catch (IllegalArgumentException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
    output.print(
        spec.commandLine().getOut(), explanation, wide -> text(explanation, output.colour()));
    return explanation.broken().isPresent() ? 1 : 0;
  }

  /** An end; for a Service, one of its endpoints, which is said. */
  private String end(String text, List<JsonNode> services) {
    var service =
        ServiceEnd.isCandidate(text) ? ServiceEnd.of(text, services) : Optional.<ServiceEnd>empty();
    if (service.isEmpty()) {
      return text;
    }
    var endpoint = service.get().endpoint();
    spec.commandLine().getErr().println("weft: " + Visible.line(service.get().note()));
    spec.commandLine().getErr().flush();
    return endpoint;
  }

  private static String text(Explanation explanation, boolean colour) {
    var text = new StringBuilder();
    text.append(explanation.from()).append("  →  ").append(explanation.to()).append('\n');
    steps(explanation.there(), text, colour);
    if (!explanation.back().isEmpty()) {
      text.append(explanation.to()).append("  →  ").append(explanation.from()).append('\n');
      steps(explanation.back(), text, colour);
    }
    explanation
        .broken()
        .ifPresentOrElse(
            s ->
                text.append("broken at ")
                    .append(Visible.line(s.where()))
                    .append("; fix: ")
                    .append(Visible.line(s.fix())),
            () -> text.append("nothing is broken that the cluster knows of"));
    return text.append('\n').toString();
  }

  private static void steps(List<Step> steps, StringBuilder text, boolean colour) {
    for (var step : steps) {
      var line =
          "  %s %-11s %-16s %s"
              .formatted(
                  step.whole() ? "✓" : "✗",
                  step.stage().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                  Visible.line(step.where()),
                  Visible.line(step.text()));
      text.append(colour && !step.whole() ? Visible.red(line) : line).append('\n');
    }
  }
}
