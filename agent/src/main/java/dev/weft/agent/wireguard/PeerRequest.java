package dev.weft.agent.wireguard;

import static dev.weft.agent.wireguard.WireGuard.WGALLOWEDIP_A_CIDR_MASK;
import static dev.weft.agent.wireguard.WireGuard.WGALLOWEDIP_A_FAMILY;
import static dev.weft.agent.wireguard.WireGuard.WGALLOWEDIP_A_IPADDR;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_ALLOWEDIPS;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_ENDPOINT;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_FLAGS;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_PRESHARED_KEY;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_PUBLIC_KEY;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_F_REMOVE_ME;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_F_UPDATE_ONLY;

import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.rtnetlink.AddressFamilies;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/** One entry of WGDEVICE_A_PEERS in a WG_CMD_SET_DEVICE. */
final class PeerRequest {
  private PeerRequest() {}

  /** What identifies the peer and what is set of it but for allowed IPs. */
  static void set(PayloadBuilder b, Change.SetPeer change) {
    header(b, change.publicKey(), change.isNew() ? 0 : WGPEER_F_UPDATE_ONLY);
    change.presharedKey().ifPresent(k -> b.attribute(WGPEER_A_PRESHARED_KEY, k.toBytes()));
    change
        .endpoint()
        .ifPresent(
            e -> {
              var address = new PayloadBuilder();
              SocketAddresses.put(address, e);
              b.attribute(WGPEER_A_ENDPOINT, address.request(0, 0).payload());
            });
    change
        .persistentKeepaliveSeconds()
        .ifPresent(s -> b.attributeU16(WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, s));
  }

  static void more(PayloadBuilder b, PublicKey key) {
    header(b, key, WGPEER_F_UPDATE_ONLY);
  }

  static void temporary(PayloadBuilder b, PublicKey key) {
    header(b, key, 0);
  }

  static void remove(PayloadBuilder b, PublicKey key) {
    header(b, key, WGPEER_F_REMOVE_ME);
  }

  private static void header(PayloadBuilder b, PublicKey key, int flags) {
    b.attribute(WGPEER_A_PUBLIC_KEY, key.toBytes());
    if (flags != 0) {
      b.attributeU32(WGPEER_A_FLAGS, flags);
    }
  }

  static void allowedIPs(PayloadBuilder b, List<Prefix> prefixes) {
    if (prefixes.isEmpty()) {
      return;
    }
    b.nested(
        WGPEER_A_ALLOWEDIPS,
        list -> prefixes.forEach(prefix -> list.nested(0, entry -> allowedIp(entry, prefix))));
  }

  private static void allowedIp(PayloadBuilder b, Prefix prefix) {
    b.attributeU16(WGALLOWEDIP_A_FAMILY, AddressFamilies.number(prefix.family()))
        .attributeAddress(WGALLOWEDIP_A_IPADDR, prefix.address())
        .attributeU8(WGALLOWEDIP_A_CIDR_MASK, prefix.length());
  }
}
