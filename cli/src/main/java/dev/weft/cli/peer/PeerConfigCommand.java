package dev.weft.cli.peer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.mesh.client.ClientSecrets;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PrivateKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
      var key = privateKey(client, peer);
      form.write(config, new ClientSecrets(key, client.presharedKey(peer)), out);
      client.issued(name, config);
    }
    return 0;
  }

  private PrivateKey privateKey(PeerClient client, JsonNode peer) {
    var effective = peer.at("/status/effective/publicKey").asText();
    var secret = peer.at("/status/configSecret").asText();
    if (keyFile.isEmpty()) {
      if (secret.isEmpty()) {
        throw new InputException(
            "the private key of Peer %s is with its owner alone; name its file with --private-key-file, or make a new one: weft peer rotate %s"
                .formatted(name, name));
      }
      return client.madeKey(secret);
    }
    var key = read(keyFile.get());
    if (!KeyPair.of(key).publicKey().text().equals(effective)) {
      throw new InputException(
          "%s holds the private key of %s, but Peer %s has %s; name the right file, or make a new key: weft peer rotate %s"
              .formatted(keyFile.get(), KeyPair.of(key).publicKey(), name, effective, name));
    }
    return key;
  }

  private static PrivateKey read(String file) {
    try {
      var text = Files.readString(Path.of(file)).strip();
      var line =
          text.lines()
              .map(String::strip)
              .filter(l -> l.replace(" ", "").startsWith("PrivateKey="))
              .map(l -> l.substring(l.indexOf('=') + 1).strip())
              .findFirst()
              .orElse(text);
      return PrivateKey.parse(line);
    } catch (IOException | InvalidPathException e) {
      throw new InputException(file + ": can't be read; name a file with a private key");
    } catch (IllegalArgumentException e) {
      throw new InputException(file + ": " + e.getMessage());
    }
  }
}
