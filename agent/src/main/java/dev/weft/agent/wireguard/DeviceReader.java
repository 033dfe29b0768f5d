package dev.weft.agent.wireguard;

import static dev.weft.agent.wireguard.WireGuard.WGALLOWEDIP_A_CIDR_MASK;
import static dev.weft.agent.wireguard.WireGuard.WGALLOWEDIP_A_FAMILY;
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
import static dev.weft.agent.wireguard.WireGuard.WG_CMD_GET_DEVICE;

import dev.weft.agent.netlink.GeNetlink;
import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.Payload;
import dev.weft.agent.rtnetlink.AddressFamilies;
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
 * message holds of the device itself.
 */
final class DeviceReader {
  private static final int KEY_LENGTH = 32;
  private static final int TIMESPEC_LENGTH = 16;

  private DeviceReader() {}

  /** What one message holds. */
  static SeenDevice part(Message message) {
    var payload = message.payload();
    if (payload.u8(0) != WG_CMD_GET_DEVICE) {
      throw payload.malformed("command %d where a device is due".formatted(payload.u8(0)));
    }
    var a = payload.attributes(GeNetlink.GENL_HDRLEN);
    return new SeenDevice(
        a.text(WGDEVICE_A_IFNAME),
        a.get(WGDEVICE_A_PUBLIC_KEY).map(k -> k.publicKey()),
        a.u16(WGDEVICE_A_LISTEN_PORT, 0),
        a.u32(WGDEVICE_A_FWMARK, 0),
        false,
        a.nested(WGDEVICE_A_PEERS).all().stream().map(e -> peer(e.value())).toList());
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

  private static SeenPeer peer(Payload entry) {
    var a = entry.attributes(0);
    var key = a.require(WGPEER_A_PUBLIC_KEY, "a peer without a key", entry);
    return new SeenPeer(
        key.publicKey(),
        a.get(WGPEER_A_ENDPOINT).flatMap(SocketAddresses::read),
        a.nested(WGPEER_A_ALLOWEDIPS).all().stream().map(e -> allowedIp(e.value())).toList(),
        a.u16(WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, 0),
        a.get(WGPEER_A_PRESHARED_KEY).map(DeviceReader::presharedKey).orElse(PresharedKey.NONE),
        a.get(WGPEER_A_LAST_HANDSHAKE_TIME).map(DeviceReader::seconds).orElse(0L),
        a.s64(WGPEER_A_RX_BYTES, 0),
        a.s64(WGPEER_A_TX_BYTES, 0));
  }

  private static PresharedKey presharedKey(Payload value) {
    if (value.length() != KEY_LENGTH) {
      throw value.malformed("a preshared key of " + value.length() + " bytes");
    }
    return PresharedKey.ofBytes(value.toBytes());
  }

  /** {@code __kernel_timespec}: two signed 64-bit numbers, seconds and nanoseconds. */
  private static long seconds(Payload value) {
    if (value.length() != TIMESPEC_LENGTH) {
      throw value.malformed("a time of " + value.length() + " bytes");
    }
    return value.s64(0);
  }

  private static Prefix allowedIp(Payload entry) {
    var a = entry.attributes(0);
    var address = a.require(WGALLOWEDIP_A_IPADDR, "an allowed IP without an address", entry);
    a.require(WGALLOWEDIP_A_CIDR_MASK, "an allowed IP without a length", entry);
    var family =
        AddressFamilies.of(a.u16(WGALLOWEDIP_A_FAMILY, 0))
            .orElseThrow(() -> entry.malformed("an allowed IP without a family"));
    return address.prefix(family, a.u8(WGALLOWEDIP_A_CIDR_MASK, 0));
  }
}
