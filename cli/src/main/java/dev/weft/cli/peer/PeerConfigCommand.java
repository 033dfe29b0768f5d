package dev.weft.cli.peer;

import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.mesh.client.ClientSecrets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft peer config NAME}. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a peer's configuration as it should be now.",
      "The private key comes from the operator's Secret, or from a file where the owner made it."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "2:wrong usage, no cluster, or no such peer"})
final class PeerConfigCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "Name of the Peer.")
  private String name = "";

  @Option(
      names = "--private-key-file",
      paramLabel = "FILE",
      description =
          "File with the private key, as 'wg genkey' prints it, or a wg-quick file that holds it.")
  private Optional<String> keyFile = Optional.empty();

  @Mixin private final FormOptions form = new FormOptions();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec command;

  @Override
  public Integer call() {
    var out = command.commandLine().getOut();
    form.check(out);
    try (var api = cluster.api()) {
      var client = new PeerClient(api, cluster);
      var peer = client.get(name);
      var config = client.config(name);
      var key = PeerKeys.privateKey(client, peer, keyFile);
      form.write(config, new ClientSecrets(key, client.secrets().presharedKey(peer)), out);
      client.issued(name, config);
    }
    return 0;
  }
}
