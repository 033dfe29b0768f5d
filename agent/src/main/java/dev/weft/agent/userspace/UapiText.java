package dev.weft.agent.userspace;

import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.key.PublicKey;
import java.util.HexFormat;
import java.util.List;

/**
 * Requests of the cross-platform interface: {@code key=value} lines, keys in hexadecimal, ended by
 * an empty line. They hold secrets: not to be logged.
 */
final class UapiText {
  static final String GET = "get=1\n\n";

  private UapiText() {}

  static String configure(
      DesiredDevice device, boolean privateKey, boolean listenPort, boolean firewallMark) {
    var text = new StringBuilder("set=1\n");
    if (privateKey) {
      text.append("private_key=").append(hex(device.keys().privateKey().toBytes())).append('\n');
    }
    if (listenPort) {
      text.append("listen_port=").append(device.listenPort()).append('\n');
    }
    if (firewallMark) {
      text.append("fwmark=").append(device.firewallMark()).append('\n');
    }
    return text.append('\n').toString();
  }

  static String setPeer(Change.SetPeer change) {
    return setPeers(List.of(change));
  }

  /** Peers of one device, in order. */
  static String setPeers(List<Change.SetPeer> changes) {
    var text = new StringBuilder("set=1\n");
    changes.forEach(c -> put(text, c));
    return text.append('\n').toString();
  }

  private static void put(StringBuilder text, Change.SetPeer change) {
    text.append(peer(change.publicKey()));
    if (!change.isNew()) {
      text.append("update_only=true\n");
    }
    change.presharedKey().ifPresent(k -> text.append("preshared_key=" + hex(k.toBytes()) + "\n"));
    change.endpoint().ifPresent(e -> text.append("endpoint=" + e + "\n"));
    change
        .persistentKeepaliveSeconds()
        .ifPresent(s -> text.append("persistent_keepalive_interval=" + s + "\n"));
    change.addAllowedIPs().forEach(p -> text.append("allowed_ip=" + p + "\n"));
  }

  static String removeAllowedIPs(Change.RemoveAllowedIPs change, PublicKey temporary) {
    var text = new StringBuilder("set=1\n").append(peer(temporary));
    change.allowedIPs().forEach(p -> text.append("allowed_ip=" + p + "\n"));
    return text.append(peer(temporary)).append("remove=true\n\n").toString();
  }

  static String removePeer(PublicKey key) {
    return "set=1\n" + peer(key) + "remove=true\n\n";
  }

  private static String peer(PublicKey key) {
    return "public_key=" + hex(key.toBytes()) + "\n";
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
