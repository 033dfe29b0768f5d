package dev.weft.cli.peer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.cli.InputException;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PrivateKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the private key of an existing Peer comes from. */
public final class PeerKeys {
  private PeerKeys() {}

  /**
   * The private key of a Peer: the operator's, or its owner's.
   *
   * @param keyFile that the owner names
   * @throws InputException if it can't be had, or isn't this Peer's
   */
  public static PrivateKey privateKey(PeerClient client, JsonNode peer, Optional<String> keyFile) {
    var name = peer.at("/metadata/name").asText();
    var effective = peer.at("/status/effective/publicKey").asText();
    var secret = peer.at("/status/configSecret").asText();
    if (keyFile.isEmpty()) {
      if (secret.isEmpty()) {
        throw new InputException(
            "the private key of Peer %s is with its owner alone; name its file with --private-key-file, or make a new one: weft peer rotate %s"
                .formatted(name, name));
      }
      return client.secrets().madeKey(secret);
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
