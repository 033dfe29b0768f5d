package dev.weft.agent.wireguard;

import static dev.weft.agent.wireguard.WireGuard.WGDEVICE_A_FWMARK;
import static dev.weft.agent.wireguard.WireGuard.WGDEVICE_A_IFNAME;
import static dev.weft.agent.wireguard.WireGuard.WGDEVICE_A_LISTEN_PORT;
import static dev.weft.agent.wireguard.WireGuard.WGDEVICE_A_PEERS;
import static dev.weft.agent.wireguard.WireGuard.WGDEVICE_A_PRIVATE_KEY;
import static dev.weft.agent.wireguard.WireGuard.WG_CMD_GET_DEVICE;
import static dev.weft.agent.wireguard.WireGuard.WG_CMD_SET_DEVICE;
import static dev.weft.agent.wireguard.WireGuard.WG_GENL_VERSION;

import dev.weft.agent.netlink.GeNetlink;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.netlink.Request;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests of the generic-netlink family {@code wireguard}. Changes that don't fit in one message
 * (an attribute ends at 64 KiB) become several, none of which replaces what is there.
 */
final class DeviceRequests {
  /** Allowed IPs in one message: 44 bytes each at most. */
  private static final int CHUNK = 1000;

  private final int family;

  DeviceRequests(int family) {
    this.family = family;
  }

  /** Asks for a device and all its peers, as a dump. */
  Request get(String name) {
    return device(WG_CMD_GET_DEVICE, name).request(family, 0);
  }

  /** Sets what differs from what was seen. */
  Request configure(
      DesiredDevice device, boolean privateKey, boolean listenPort, boolean firewallMark) {
    var b = device(WG_CMD_SET_DEVICE, device.name());
    if (privateKey) {
      b.attribute(WGDEVICE_A_PRIVATE_KEY, device.keys().privateKey().toBytes());
    }
    if (listenPort) {
      b.attributeU16(WGDEVICE_A_LISTEN_PORT, device.listenPort());
    }
    if (firewallMark) {
      b.attributeU32(WGDEVICE_A_FWMARK, device.firewallMark());
    }
    return b.request(family, 0);
  }

  List<Request> setPeer(Change.SetPeer change) {
    var requests = new ArrayList<Request>();
    for (var chunk : chunks(change.addAllowedIPs())) {
      boolean first = requests.isEmpty();
      requests.add(
          peers(
              change.device(),
              list ->
                  list.nested(
                      0,
                      b -> {
                        if (first) {
                          PeerRequest.set(b, change);
                        } else {
                          PeerRequest.more(b, change.publicKey());
                        }
                        PeerRequest.allowedIPs(b, chunk);
                      })));
    }
    return requests;
  }

  /** The prefixes go to the temporary peer, which goes with them, within one message. */
  List<Request> removeAllowedIPs(Change.RemoveAllowedIPs change, PublicKey temporary) {
    return chunks(change.allowedIPs()).stream()
        .map(
            chunk ->
                peers(
                    change.device(),
                    list ->
                        list.nested(
                                0,
                                b -> {
                                  PeerRequest.temporary(b, temporary);
                                  PeerRequest.allowedIPs(b, chunk);
                                })
                            .nested(0, b -> PeerRequest.remove(b, temporary))))
        .toList();
  }

  Request removePeer(Change.RemovePeer change) {
    return peers(
        change.device(), list -> list.nested(0, b -> PeerRequest.remove(b, change.publicKey())));
  }

  private Request peers(String device, java.util.function.Consumer<PayloadBuilder> list) {
    return device(WG_CMD_SET_DEVICE, device).nested(WGDEVICE_A_PEERS, list).request(family, 0);
  }

  private static PayloadBuilder device(int command, String name) {
    return GeNetlink.command(command, WG_GENL_VERSION).attributeText(WGDEVICE_A_IFNAME, name);
  }

  private static List<List<Prefix>> chunks(List<Prefix> prefixes) {
    var chunks = new ArrayList<List<Prefix>>();
    for (int at = 0; at == 0 || at < prefixes.size(); at += CHUNK) {
      chunks.add(prefixes.subList(at, Math.min(at + CHUNK, prefixes.size())));
    }
    return chunks;
  }
}
