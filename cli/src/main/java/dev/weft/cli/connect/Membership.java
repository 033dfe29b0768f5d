package dev.weft.cli.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.cli.InputException;
import dev.weft.cli.peer.PeerClient;
import dev.weft.cli.peer.PeerKeys;
import dev.weft.mesh.client.ClientSecrets;
import dev.weft.mesh.key.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The Peer that a host is while it is connected.
 *
 * @param name of the Peer
 * @param secrets of the host
 */
record Membership(String name, ClientSecrets secrets) {
  private static final String CONNECTED_FROM = "weft.dev/connected-from";
  private static final int LONGEST_NAME = 63;

  /**
   * A Peer made for this host. One that this host itself has left behind, by losing its power, is
   * replaced.
   */
  static Membership made(PeerClient client, StateFile state, String name, ObjectNode spec) {
    var pair = PeerClient.newPair();
    var key = pair.publicKey().text();
    spec.put("publicKey", key);
    var host = fingerprint();
    client.deleteIfAnnotated(name, CONNECTED_FROM, host);
    state.add(new Trace.MadePeer(name, key));
    client.create(name, host.isEmpty() ? Map.of() : Map.of(CONNECTED_FROM, host), spec);
    var peer = client.awaitAccepted(name, p -> true);
    return new Membership(
        name, new ClientSecrets(pair.privateKey(), client.secrets().presharedKey(peer)));
  }

  /** A Peer that is there. */
  static Membership existing(
      PeerClient client, StateFile state, String name, Optional<String> keyFile) {
    var peer = client.awaitAccepted(name, p -> true);
    var key = PeerKeys.privateKey(client, peer, keyFile);
    state.add(new Trace.Issued(name, PeerClient.issued(peer)));
    return new Membership(name, new ClientSecrets(key, client.secrets().presharedKey(peer)));
  }

  /** Whether the Peer, as it is now, is still this host. */
  boolean isMeantBy(JsonNode peer) {
    var effective = peer.at("/status/effective/publicKey").asText();
    return effective.isEmpty()
        || effective.equals(KeyPair.of(secrets.privateKey()).publicKey().text());
  }

  /** The host's name as that of an object, RFC 1123. */
  static String hostName() {
    String name;
    try {
      name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      name = "";
    }
    var valid =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-").replaceAll("^-+|-+$", "");
    if (valid.isEmpty()) {
      throw new InputException("this host has no name that a Peer could have; choose one: --name");
    }
    return valid.length() <= LONGEST_NAME
        ? valid
        : valid.substring(0, LONGEST_NAME).replaceAll("-+$", "");
  }

  /** Distinguishes this host from others, without its machine-id(5); empty: it has none. */
  private static String fingerprint() {
    try {
      var id = Files.readString(Path.of("/etc/machine-id")).strip();
      var digest =
          java.security.MessageDigest.getInstance("SHA-256")
              .digest(("weft connect " + id).getBytes(StandardCharsets.UTF_8));
      return id.isEmpty() ? "" : HexFormat.of().formatHex(digest, 0, 8);
    } catch (IOException e) {
      return "";
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
