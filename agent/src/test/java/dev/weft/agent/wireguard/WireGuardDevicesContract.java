package dev.weft.agent.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Keys;
import dev.weft.agent.kernel.Shell;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What both implementations of WireGuard do alike. The device is made afresh for each test. */
public interface WireGuardDevicesContract {
  String NAME = "weft0";

  WireGuardDevices devices();

  static DesiredDevice device(int key) {
    return new DesiredDevice(
        NAME, DeviceId.DEFAULT, Keys.pair(key), 51820, 0x1000, 1420, List.of());
  }

  static Change.SetPeer peer(int key, String... allowedIPs) {
    return new Change.SetPeer(
        NAME,
        Keys.publicKey(key),
        true,
        Optional.empty(),
        prefixes(allowedIPs),
        Optional.empty(),
        Optional.empty());
  }

  static List<Prefix> prefixes(String... texts) {
    return List.of(texts).stream().map(Prefix::parse).toList();
  }

  default SeenDevice seen() throws IOException {
    return devices().read(NAME).orElseThrow();
  }

  default SeenPeer seen(int key) throws IOException {
    return seen().peers().stream()
        .filter(p -> p.publicKey().equals(Keys.publicKey(key)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  default void deviceIsConfiguredAndReadBack() throws IOException {
    devices().configure(device(1));
    var seen = seen();
    assertEquals(Optional.of(Keys.publicKey(1)), seen.publicKey());
    assertEquals(51820, seen.listenPort());
    assertEquals(0x1000, seen.firewallMark());
    assertEquals(devices().userspace(), seen.userspace());
    assertEquals(List.of(), seen.peers());
  }

  @Test
  default void absentDeviceIsEmpty() throws IOException {
    assertTrue(devices().read("nosuch0").isEmpty());
  }

  @Test
  default void creatingAnExistingDeviceAdoptsIt() throws IOException {
    devices().configure(device(1));
    devices().setPeer(peer(2, "10.2.0.0/24"));
    var index = Shell.json("ip -j link show " + NAME).path(0).path("ifindex");
    devices().create(device(1));
    assertEquals(index, Shell.json("ip -j link show " + NAME).path(0).path("ifindex"));
    assertEquals(prefixes("10.2.0.0/24"), seen(2).allowedIPs());
  }

  private void addFullPeer() throws IOException {
    devices().configure(device(1));
    var psk = PresharedKey.ofBytes(Keys.privateKey(9).toBytes());
    devices()
        .setPeer(
            new Change.SetPeer(
                NAME,
                Keys.publicKey(2),
                true,
                Optional.of(Endpoint.parse("[::1]:7777")),
                prefixes("10.2.0.0/24", "fd00:2::/64", "0.0.0.0/0"),
                Optional.of(25),
                Optional.of(psk)));
  }

  @Test
  default void peerHasAllThatWasSet() throws IOException {
    addFullPeer();
    var peer = seen(2);
    assertEquals(Optional.of(Endpoint.parse("[::1]:7777")), peer.endpoint());
    assertEquals(prefixes("0.0.0.0/0", "10.2.0.0/24", "fd00:2::/64"), peer.allowedIPs());
    assertEquals(25, peer.persistentKeepaliveSeconds());
    assertEquals(PresharedKey.ofBytes(Keys.privateKey(9).toBytes()), peer.presharedKey());
    assertEquals(0, peer.lastHandshakeEpochSecond());
  }

  @Test
  default void whatIsNotNamedStays() throws IOException {
    addFullPeer();
    devices()
        .setPeer(
            new Change.SetPeer(
                NAME,
                Keys.publicKey(2),
                false,
                Optional.empty(),
                prefixes("10.3.0.0/24"),
                Optional.empty(),
                Optional.empty()));
    var peer = seen(2);
    assertEquals(Optional.of(Endpoint.parse("[::1]:7777")), peer.endpoint());
    assertEquals(
        prefixes("0.0.0.0/0", "10.2.0.0/24", "10.3.0.0/24", "fd00:2::/64"), peer.allowedIPs());
    assertEquals(25, peer.persistentKeepaliveSeconds());
    assertEquals(PresharedKey.ofBytes(Keys.privateKey(9).toBytes()), peer.presharedKey());
  }

  @Test
  default void presharedKeyIsRemoved() throws IOException {
    addFullPeer();
    devices()
        .setPeer(
            new Change.SetPeer(
                NAME,
                Keys.publicKey(2),
                false,
                Optional.empty(),
                List.of(),
                Optional.of(0),
                Optional.of(PresharedKey.NONE)));
    assertEquals(PresharedKey.NONE, seen(2).presharedKey());
    assertEquals(0, seen(2).persistentKeepaliveSeconds());
  }

  @Test
  default void changingAPeerThatIsGoneMakesNone() throws IOException {
    devices().configure(device(1));
    devices()
        .setPeer(
            new Change.SetPeer(
                NAME,
                Keys.publicKey(2),
                false,
                Optional.empty(),
                prefixes("10.3.0.0/24"),
                Optional.of(5),
                Optional.empty()));
    assertEquals(List.of(), seen().peers());
  }

  @Test
  default void prefixMovesToItsNewOwner() throws IOException {
    devices().configure(device(1));
    devices().setPeer(peer(2, "10.2.0.0/24", "10.3.0.0/24"));
    devices().setPeer(peer(3, "10.2.0.0/24"));
    assertEquals(prefixes("10.3.0.0/24"), seen(2).allowedIPs());
    assertEquals(prefixes("10.2.0.0/24"), seen(3).allowedIPs());
  }

  @Test
  default void someAllowedIPsAreRemovedAndTheOthersStay() throws IOException {
    devices().configure(device(1));
    devices().setPeer(peer(2, "10.2.0.0/24", "10.3.0.0/24", "fd00:2::/64", "fd00:3::/64"));
    devices().setPeer(peer(3, "10.9.0.0/24"));
    devices()
        .removeAllowedIPs(
            new Change.RemoveAllowedIPs(
                NAME, Keys.publicKey(2), prefixes("10.3.0.0/24", "fd00:3::/64")));
    assertEquals(prefixes("10.2.0.0/24", "fd00:2::/64"), seen(2).allowedIPs());
    assertEquals(prefixes("10.9.0.0/24"), seen(3).allowedIPs());
    assertEquals(2, seen().peers().size(), "the temporary peer is gone");
  }

  @Test
  default void peerIsRemovedAndRemovingItAgainIsFine() throws IOException {
    devices().configure(device(1));
    devices().setPeer(peer(2, "10.2.0.0/24"));
    devices().removePeer(new Change.RemovePeer(NAME, Keys.publicKey(2)));
    devices().removePeer(new Change.RemovePeer(NAME, Keys.publicKey(2)));
    assertEquals(List.of(), seen().peers());
  }

  @Test
  default void configuringAnewTouchesNoPeer() throws IOException {
    devices().configure(device(1));
    devices().setPeer(peer(2, "10.2.0.0/24"));
    devices().configure(device(1));
    devices().configure(device(4));
    assertEquals(Optional.of(Keys.publicKey(4)), seen().publicKey());
    assertEquals(prefixes("10.2.0.0/24"), seen(2).allowedIPs());
  }

  @Test
  default void peerWithMoreAllowedIPsThanAMessageHolds() throws IOException {
    devices().configure(device(1));
    var many =
        IntStream.range(0, 2500)
            .mapToObj(i -> Prefix.host(IpAddress.ofIpv4(0x0a000000 + i * 2)))
            .toList();
    devices()
        .setPeer(
            new Change.SetPeer(
                NAME,
                Keys.publicKey(2),
                true,
                Optional.empty(),
                many,
                Optional.of(7),
                Optional.empty()));
    assertEquals(many, seen(2).allowedIPs());
    devices()
        .removeAllowedIPs(
            new Change.RemoveAllowedIPs(NAME, Keys.publicKey(2), many.subList(100, 2500)));
    assertEquals(many.subList(0, 100), seen(2).allowedIPs());
    assertEquals(7, seen(2).persistentKeepaliveSeconds());
  }

  @Test
  default void manyPeersAreReadWhole() throws IOException {
    devices().configure(device(1));
    for (int i = 2; i < 202; i++) {
      devices().setPeer(peer(i, "10.%d.0.0/16".formatted(i), "fd00:%x::/64".formatted(i)));
    }
    assertEquals(200, seen().peers().size());
    assertTrue(seen().peers().stream().allMatch(p -> p.allowedIPs().size() == 2));
  }

  /** Parity with {@code wg show all dump}. */
  @Test
  default void wgShowsTheSame() throws IOException {
    addFullPeer();
    devices().setPeer(peer(3, "10.4.0.0/16"));
    assertReadAsWgReads();
    assertEquals(2, seen().peers().size());
  }

  /** The same, of devices that {@code wg setconf} made and {@code wg addconf} changed at random. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  default void randomDevicesAreReadAsWgReadsThem(long seed) throws IOException {
    devices().configure(device(1));
    var random = new Random(seed);
    var interfaceSection =
        "[Interface]\nPrivateKey = %s\nListenPort = 51820\nFwMark = 0x1000\n"
            .formatted(Keys.privateKey(1).reveal());
    wg("setconf", interfaceSection + randomPeers(random, 2, 80));
    assertReadAsWgReads();
    assertTrue(seen().peers().size() > 40);
    wg("addconf", randomPeers(random, 40, 120));
    assertReadAsWgReads();
    for (var peer : seen().peers()) {
      if (random.nextInt(3) == 0) {
        devices().removePeer(new Change.RemovePeer(NAME, peer.publicKey()));
      }
    }
    assertReadAsWgReads();
  }

  private static void wg(String command, String text) throws IOException {
    var file = Files.createTempFile("wg", ".conf");
    try {
      Files.writeString(file, text);
      Shell.run("wg " + command + " " + NAME + " " + file);
    } finally {
      Files.delete(file);
    }
  }

  private static String randomPeers(Random random, int from, int to) {
    var text = new StringBuilder();
    for (int key = from; key < to; key++) {
      text.append("[Peer]\nPublicKey = ").append(Keys.publicKey(key).text()).append('\n');
      if (random.nextBoolean()) {
        text.append("PresharedKey = ").append(Keys.privateKey(random.nextInt(99) + 1).reveal());
        text.append('\n');
      }
      if (random.nextBoolean()) {
        var host = random.nextBoolean() ? "[fd00::%x]" : "10.0.1.%d";
        text.append("Endpoint = ").append(host.formatted(1 + random.nextInt(250)));
        text.append(':').append(1 + random.nextInt(65535)).append('\n');
      }
      if (random.nextBoolean()) {
        text.append("PersistentKeepalive = ").append(random.nextInt(65536)).append('\n');
      }
      for (int i = random.nextInt(20); i > 0; i--) {
        text.append("AllowedIPs = ").append(randomPrefix(random)).append('\n');
      }
    }
    return text.toString();
  }

  private static Prefix randomPrefix(Random random) {
    return random.nextBoolean()
        ? Prefix.of(IpAddress.ofIpv4(random.nextInt()), random.nextInt(33))
        : Prefix.of(
            IpAddress.parse("2001:db8:%x::%x".formatted(random.nextInt(65536), random.nextInt(99))),
            random.nextInt(129));
  }

  private void assertReadAsWgReads() throws IOException {
    var ours = new ArrayList<String>();
    for (var peer : seen().peers()) {
      ours.add(
          String.join(
              "\t",
              NAME,
              peer.publicKey().text(),
              peer.presharedKey().equals(PresharedKey.NONE)
                  ? "(none)"
                  : peer.presharedKey().reveal(),
              peer.endpoint().map(Endpoint::toString).orElse("(none)"),
              peer.allowedIPs().isEmpty()
                  ? "(none)"
                  : String.join(
                      ",", peer.allowedIPs().stream().map(Prefix::toString).sorted().toList()),
              String.valueOf(peer.lastHandshakeEpochSecond()),
              peer.persistentKeepaliveSeconds() == 0
                  ? "off"
                  : String.valueOf(peer.persistentKeepaliveSeconds())));
    }
    var theirs = new ArrayList<String>();
    var lines = Shell.run("wg show all dump").lines().toList();
    assertEquals(
        List.of(NAME, seen().publicKey().orElseThrow().text(), "51820", "0x1000"),
        List.of(lines.getFirst().split("\t", -1)).stream()
            .filter(f -> !f.equals(Keys.privateKey(1).reveal()))
            .toList());
    for (var line : lines.subList(1, lines.size())) {
      var f = line.split("\t", -1);
      var allowed = String.join(",", List.of(f[4].split(",", -1)).stream().sorted().toList());
      theirs.add(String.join("\t", f[0], f[1], f[2], f[3], allowed, f[5], f[8]));
    }
    assertEquals(theirs.stream().sorted().toList(), ours.stream().sorted().toList());
  }

  @Test
  default void secretsAreInNoError() {
    var bad = new DesiredDevice("nosuch0", DeviceId.DEFAULT, Keys.pair(5), 1, 0, 1420, List.of());
    var error =
        org.junit.jupiter.api.Assertions.assertThrows(
            IOException.class, () -> devices().configure(bad));
    assertFalse(error.toString().contains(Keys.privateKey(5).reveal()), error.toString());
  }
}
