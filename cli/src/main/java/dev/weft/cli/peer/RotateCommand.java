package dev.weft.cli.peer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.mesh.client.ClientSecrets;
import dev.weft.mesh.key.PrivateKey;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft peer rotate NAME}. */
@Command(
    name = "rotate",
    mixinStandardHelpOptions = true,
    description = {
      "Gives a peer a new key pair and prints the new configuration; the old key is refused from then on.",
      "Who made the old key, this command or the operator, makes the new one."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:rotated", "2:wrong usage, no cluster, or refused; the old key stays"})
final class RotateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "Name of the Peer.")
  private String name = "";

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
      var before = client.get(name);
      var old = before.at("/spec/publicKey").asText();
      var key = old.isEmpty() ? byOperator(client) : here(client, old);
      var config = client.config(name);
      form.write(
          config, new ClientSecrets(key, client.secrets().presharedKey(client.get(name))), out);
      client.issued(name, config);
    }
    return 0;
  }

  private PrivateKey here(PeerClient client, String old) {
    var pair = PeerClient.newPair();
    client.patchSpec(name, publicKey(pair.publicKey().text()));
    try {
      var ignored =
          client.awaitAccepted(
              name,
              p -> p.at("/status/effective/publicKey").asText().equals(pair.publicKey().text()));
    } catch (InputException e) {
      client.patchSpec(name, publicKey(old)); // nothing half done
      throw e;
    }
    return pair.privateKey();
  }

  private PrivateKey byOperator(PeerClient client) {
    var peer = client.get(name);
    var secret = peer.at("/status/configSecret").asText();
    var key = peer.at("/status/effective/publicKey").asText();
    if (secret.isEmpty() || key.isEmpty()) {
      throw new InputException("Peer %s has no key yet; see 'weft peers'".formatted(name));
    }
    client.secrets().deleteMadeKey(secret);
    var ignored =
        client.awaitAccepted(
            name,
            p -> {
              var now = p.at("/status/effective/publicKey").asText();
              return !now.isEmpty() && !now.equals(key);
            });
    return client.secrets().madeKey(secret);
  }

  private static com.fasterxml.jackson.databind.node.ObjectNode publicKey(String key) {
    return JsonNodeFactory.instance.objectNode().put("publicKey", key);
  }
}
