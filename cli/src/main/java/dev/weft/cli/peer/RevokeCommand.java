package dev.weft.cli.peer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weft.cli.cluster.ClusterOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft peer revoke NAME}. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    description = "Takes a peer off every gateway at once, and deletes it.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:revoked", "2:wrong usage, no cluster, or no such peer"})
final class RevokeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "Name of the Peer.")
  private String name = "";

  @Option(
      names = "--keep",
      description = "Disables it only: key and addresses stay its own (spec.disabled).")
  private boolean keep;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec command;

  @Override
  public Integer call() {
    try (var api = cluster.api()) {
      var client = new PeerClient(api, cluster);
      if (keep) {
        client.patchSpec(name, JsonNodeFactory.instance.objectNode().put("disabled", true));
      } else {
        client.delete(name);
      }
    }
    var out = command.commandLine().getOut();
    out.println("Peer " + name + (keep ? " disabled" : " revoked"));
    out.flush();
    return 0;
  }
}
