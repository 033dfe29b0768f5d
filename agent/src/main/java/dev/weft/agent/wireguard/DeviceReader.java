package dev.weft.agent.wireguard;

import static dev.weft.agent.wireguard.WireGuard.WGALLOWEDIP_A_CIDR_MASK;
import static dev.weft.agent.wireguard.WireGuard.WGALLOWEDIP_A_IPADDR;
import static dev.weft.agent.wireguard.WireGuard.WGDEVICE_A_FWMARK;
import static dev.weft.agent.wireguard.WireGuard.WGDEVICE_A_IFNAME;
import static dev.weft.agent.wireguard.WireGuard.WGDEVICE_A_LISTEN_PORT;
import static dev.weft.agent.wireguard.WireGuard.WGDEVICE_A_PEERS;
import static dev.weft.agent.wireguard.WireGuard.WGDEVICE_A_PUBLIC_KEY;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_ALLOWEDIPS;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_ENDPOINT;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_LAST_HANDSHAKE_TIME;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_PRESHARED_KEY;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_PUBLIC_KEY;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_RX_BYTES;
import static dev.weft.agent.wireguard.WireGuard.WGPEER_A_TX_BYTES;

import dev.weft.agent.netlink.Attributes;
import dev.weft.agent.netlink.GeNetlink;
import dev.weft.agent.netlink.MalformedMessageException;
import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.Payload;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Puts a device together from the messages of its dump. A large peer list is spread over messages;
 * a peer that a message ended amid goes on in the next one under the same key. Only the first
 * message tells of the device itself.
 */
final class DeviceReader {
  private DeviceReader() {}

  /** What one message tells. */
  static SeenDevice part(Message message) {
    var a = message.payload().attributes(GeNetlink.GENL_HDRLEN);
    return new SeenDevice(
        a.text(WGDEVICE_A_IFNAME),
        a.get(WGDEVICE_A_PUBLIC_KEY).map(k -> List.of(k.publicKey())).orElse(List.of()),
        a.u16(WGDEVICE_A_LISTEN_PORT, 0),
        a.u32(WGDEVICE_A_FWMARK, 0),
        false,
        a.nested(WGDEVICE_A_PEERS).all().stream()
            .map(entry -> peer(entry.value().attributes(0)))
            .toList());
  }

  /** The device that the parts make, in the order of the dump; there is at least one. */
  static SeenDevice join(List<SeenDevice> parts) {
    var peers = new LinkedHashMap<PublicKey, SeenPeer>();
    for (var part : parts) {
      part.peers().forEach(p -> peers.merge(p.publicKey(), p, DeviceReader::join));
    }
    var first = parts.getFirst();
    return new SeenDevice(
        first.name(),
        first.publicKey(),
        first.listenPort(),
        first.firewallMark(),
        false,
        List.copyOf(peers.values()));
  }

  private static SeenPeer join(SeenPeer first, SeenPeer more) {
    var allowed = new ArrayList<>(first.allowedIPs());
    allowed.addAll(more.allowedIPs());
    return new SeenPeer(
        first.publicKey(),
        first.endpoint(),
        allowed,
        first.persistentKeepaliveSeconds(),
        first.presharedKey(),
        first.lastHandshakeEpochSecond(),
        first.receivedBytes(),
        first.sentBytes());
  }

  private static SeenPeer peer(Attributes a) {
    var key =
        a.get(WGPEER_A_PUBLIC_KEY)
            .orElseThrow(() -> new MalformedMessageException(0, "a peer without a key"));
    return new SeenPeer(
        key.publicKey(),
        a.get(WGPEER_A_ENDPOINT).map(SocketAddresses::read).orElse(List.of()),
        a.nested(WGPEER_A_ALLOWEDIPS).all().stream()
            .map(entry -> allowedIp(entry.value().attributes(0)))
            .toList(),
        a.u16(WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, 0),
        a.get(WGPEER_A_PRESHARED_KEY)
            .map(k -> PresharedKey.ofBytes(k.slice(0, 32).toBytes()))
            .orElse(PresharedKey.NONE),
        s64(a, WGPEER_A_LAST_HANDSHAKE_TIME),
        s64(a, WGPEER_A_RX_BYTES),
        s64(a, WGPEER_A_TX_BYTES));
  }

  private static long s64(Attributes a, int type) {
    return a.get(type).map(v -> v.s64(0)).orElse(0L);
  }

  private static Prefix allowedIp(Attributes a) {
    Payload address =
        a.get(WGALLOWEDIP_A_IPADDR)
            .orElseThrow(
                () -> new MalformedMessageException(0, "an allowed IP without an address"));
    return address.prefix(a.u8(WGALLOWEDIP_A_CIDR_MASK, 0));
  }
}
