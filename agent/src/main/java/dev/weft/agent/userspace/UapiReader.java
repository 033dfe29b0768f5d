package dev.weft.agent.userspace;

import dev.weft.agent.key.KeyPairs;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PrivateKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads the answer to {@code get=1}, line by line; keys that it doesn't know it passes over. */
final class UapiReader {
  private final List<SeenPeer> peers = new ArrayList<>();
  private Optional<PublicKey> publicKey = Optional.empty();
  private int listenPort;
  private long firewallMark;
  private PeerLines peer = new PeerLines();

  private static final class PeerLines {
    private Optional<PublicKey> key = Optional.empty();
    private Optional<Endpoint> endpoint = Optional.empty();
    private final List<Prefix> allowedIPs = new ArrayList<>();
    private int keepalive;
    private PresharedKey presharedKey = PresharedKey.NONE;
    private long handshake;
    private long received;
    private long sent;

    private SeenPeer seen(PublicKey publicKey) {
      return new SeenPeer(
          publicKey, endpoint, allowedIPs, keepalive, presharedKey, handshake, received, sent);
    }
  }

  private UapiReader() {}

  /**
   * Reads the lines before {@code errno=}.
   *
   * @throws IllegalArgumentException with the number and the key of a malformed line, not its
   *     value, which may be a secret
   */
  static SeenDevice read(String name, List<String> lines) {
    var reader = new UapiReader();
    for (int i = 0; i < lines.size(); i++) {
      int equals = lines.get(i).indexOf('=');
      var key = equals < 0 ? "" : lines.get(i).substring(0, equals);
      try {
        reader.line(key, lines.get(i).substring(equals + 1));
      } catch (RuntimeException e) {
        // The cause may quote the value.
        throw new IllegalArgumentException(
            "line " + (i + 1) + " of the answer of wireguard-go has a malformed '" + key + "'");
      }
    }
    reader.endPeer();
    return new SeenDevice(
        name, reader.publicKey, reader.listenPort, reader.firewallMark, true, reader.peers);
  }

  private void line(String key, String value) {
    switch (key) {
      case "private_key" -> publicKey = Optional.of(publicKeyOf(HexFormat.of().parseHex(value)));
      case "listen_port" -> listenPort = Integer.parseInt(value);
      case "fwmark" -> firewallMark = Long.parseLong(value);
      case "public_key" -> {
        endPeer();
        peer.key = Optional.of(PublicKey.ofBytes(HexFormat.of().parseHex(value)));
      }
      case "preshared_key" ->
          peer.presharedKey = PresharedKey.ofBytes(HexFormat.of().parseHex(value));
      case "endpoint" -> peer.endpoint = Optional.of(Endpoint.parse(value));
      case "allowed_ip" -> peer.allowedIPs.add(Prefix.parse(value));
      case "persistent_keepalive_interval" -> peer.keepalive = Integer.parseInt(value);
      case "last_handshake_time_sec" -> peer.handshake = Long.parseLong(value);
      case "rx_bytes" -> peer.received = Long.parseLong(value);
      case "tx_bytes" -> peer.sent = Long.parseLong(value);
      default -> {}
    }
  }

  private void endPeer() {
    peer.key.ifPresent(key -> peers.add(peer.seen(key)));
    peer = new PeerLines();
  }

  private static PublicKey publicKeyOf(byte[] privateKey) {
    return KeyPairs.of(PrivateKey.ofBytes(privateKey)).publicKey();
  }
}
