package dev.weft.agent.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Keys;
import dev.weft.agent.netlink.Captured;
import dev.weft.agent.netlink.MalformedMessageException;
import dev.weft.agent.netlink.Request;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** WireGuard's generic netlink: golden bytes in and out. */
class DeviceCodecTest {
  @Test
  void deviceWithAPeerIsRead() {
    var device = DeviceReader.join(List.of(DeviceReader.part(Captured.message(Captured.DEVICE))));
    assertEquals("weft0", device.name());
    assertEquals(51820, device.listenPort());
    assertEquals(0x1000, device.firewallMark());
    assertEquals(
        Optional.of(new PublicKey("N8lGvdVlWafnRXIGrQXWmbtLvOocy2+YuihMQVYoKG0=")),
        device.publicKey());
    var peer = device.peers().getFirst();
    assertEquals(Optional.of(Endpoint.parse("[::1]:7777")), peer.endpoint());
    assertEquals(
        List.of(Prefix.parse("10.2.0.0/24"), Prefix.parse("fd00:2::/64")), peer.allowedIPs());
    assertEquals(25, peer.persistentKeepaliveSeconds());
    assertTrue(peer.presharedKey().reveal().startsWith("AAECAwQF"));
  }

  /** Found by the fuzzer: such an address isn't one that an endpoint of ours could have. */
  @Test
  void mappedEndpointIsNone() {
    var bytes = Captured.bytes(Captured.DEVICE);
    var text = Captured.DEVICE;
    int address = text.indexOf("0a001e61") / 2 + 8;
    bytes[address + 10] = (byte) 0xff;
    bytes[address + 11] = (byte) 0xff;
    var device = DeviceReader.part(Captured.messages(bytes).getFirst());
    assertEquals(Optional.empty(), device.peers().getFirst().endpoint());
  }

  @Test
  void peerThatGoesOnInTheNextMessageIsOne() {
    var part = DeviceReader.part(Captured.message(Captured.DEVICE));
    var joined = DeviceReader.join(List.of(part, part));
    assertEquals(1, joined.peers().size());
    assertEquals(4, joined.peers().getFirst().allowedIPs().size());
  }

  @Test
  void anyChangedByteIsMalformedOrHarmless() {
    var random = new Random(2);
    for (int round = 0; round < 20_000; round++) {
      var bytes = Captured.bytes(Captured.DEVICE);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      try {
        Captured.messages(bytes).forEach(DeviceReader::part);
      } catch (MalformedMessageException e) {
        assertTrue(e.offset() >= 0 && e.offset() <= bytes.length, e.toString());
      }
    }
  }

  @Test
  void peerChangeIsOneEntryWithoutReplacing() {
    var change =
        new Change.SetPeer(
            "weft0",
            Keys.publicKey(2),
            false,
            Optional.of(Endpoint.parse("192.0.2.9:51820")),
            List.of(Prefix.parse("10.2.0.0/24")),
            Optional.of(25),
            Optional.empty());
    var key = HexFormat.of().formatHex(Keys.publicKey(2).toBytes());
    assertEquals(
        "01010000"
            + "0a000200776566743000"
            + "0000"
            + "70000880"
            + "6c000080"
            + "24000100"
            + key
            + "0800030004000000" // UPDATE_ONLY
            + "140004000200ca6cc00002090000000000000000"
            + "0600050019000000"
            + "20000980"
            + "1c000080"
            + "0600010002000000"
            + "080002000a020000"
            + "0500030018000000",
        HexFormat.of().formatHex(new DeviceRequests(22).setPeer(change).getFirst().payload()));
  }

  @Test
  void deviceIsAskedForConfiguredAndPeersAreRemoved() {
    var requests = new DeviceRequests(22);
    assertEquals("00010000" + "0a000200776566743000" + "0000", hex(requests.get("weft0")));
    assertEquals(
        "01010000"
            + "0a000200776566743000"
            + "0000"
            + "24000300"
            + HexFormat.of().formatHex(Keys.privateKey(1).toBytes())
            + "06000600"
            + "6cca0000"
            + "08000700"
            + "00100000",
        hex(requests.configure(WireGuardDevicesContract.device(1), true, true, true)));
    var key = HexFormat.of().formatHex(Keys.publicKey(2).toBytes());
    assertEquals(
        "01010000"
            + "0a000200776566743000"
            + "0000"
            + "34000880"
            + "30000080"
            + ("24000100" + key)
            + "0800030001000000", // REMOVE_ME
        hex(requests.removePeer(new Change.RemovePeer("weft0", Keys.publicKey(2)))));
    var temporary = HexFormat.of().formatHex(Keys.publicKey(3).toBytes());
    var removal =
        new Change.RemoveAllowedIPs(
            "weft0", Keys.publicKey(2), List.of(Prefix.parse("10.2.0.0/24")));
    assertEquals(
        "01010000"
            + "0a000200776566743000"
            + "0000"
            + "7c000880"
            + "48000080"
            + ("24000100" + temporary)
            + "20000980"
            + "1c000080"
            + "0600010002000000"
            + "080002000a020000"
            + "0500030018000000"
            + "30000080"
            + ("24000100" + temporary)
            + "0800030001000000",
        hex(requests.removeAllowedIPs(removal, Keys.publicKey(3)).getFirst()));
  }

  private static String hex(Request request) {
    return HexFormat.of().formatHex(request.payload());
  }

  @Test
  void manyAllowedIPsAreSplitAndNoPartReplaces() {
    var many = IntStream.range(0, 2001).mapToObj(i -> Prefix.host(IpAddress.ofIpv4(i))).toList();
    var change =
        new Change.SetPeer(
            "weft0",
            Keys.publicKey(2),
            true,
            Optional.empty(),
            many,
            Optional.empty(),
            Optional.empty());
    var requests = new DeviceRequests(22).setPeer(change);
    assertEquals(3, requests.size());
    var updateOnly = "0800030004000000";
    var first = HexFormat.of().formatHex(requests.getFirst().payload(), 0, 100);
    var last = HexFormat.of().formatHex(requests.getLast().payload(), 0, 100);
    assertTrue(!first.contains(updateOnly) && last.contains(updateOnly));
  }
}
