package dev.weft.cli.convert;

import dev.weft.cli.InputException;
import dev.weft.cli.manifest.ManifestObject;
import dev.weft.cli.manifest.ManifestReader;
import dev.weft.cli.output.Visible;
import dev.weft.cli.output.YamlText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft convert -f FILE}. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what manifests of the release before become: WireGuardMeshes and Peers as this release's API takes them.",
      "Other objects are printed as they are. Nodes are only read: their annotations become spec.locations.",
      "Standard error says what was rewritten; lines with TO DO need a decision or a command of yours."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing is left to decide",
      "1:converted, but see the lines with TO DO",
      "2:a file can't be read, or holds no object of Weft's"
    })
public final class ConvertCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      required = true,
      description = "Manifests in YAML or JSON; - for standard input. May be given several times.")
  private List<String> files = new ArrayList<>();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    var objects = ManifestReader.read(files, System.in).stream().map(ManifestObject::json).toList();
    if (objects.stream().noneMatch(o -> o.path("apiVersion").asText().startsWith("weft.dev/"))) {
      throw new InputException(
          "%s: no object of weft.dev is there; give manifests, or kubectl get wgm,wgp -o yaml"
              .formatted(String.join(", ", files)));
    }
    var conversion = Conversion.of(objects);
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    conversion.objects().forEach(o -> out.print("---\n" + YamlText.of(o)));
    conversion.notes().forEach(n -> err.println(Visible.line("weft: " + n)));
    out.flush();
    err.flush();
    return conversion.undecided() ? 1 : 0;
  }
}
