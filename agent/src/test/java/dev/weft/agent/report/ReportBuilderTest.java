package dev.weft.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weft.agent.key.KeyPairs;
import dev.weft.api.v1alpha1.NodeFactsReport;
import dev.weft.api.v1alpha1.ObservedEndpoint;
import dev.weft.api.v1alpha1.ReportedDevice;
import dev.weft.api.v1alpha1.ReportedPeer;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PrivateKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.view.LinkFacts;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportBuilderTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final KeyPair SELF = KeyPairs.of(PrivateKey.ofBytes(bytes(1)));
  private static final PublicKey ROAMING = PublicKey.ofBytes(bytes(2));
  private static final PublicKey FIXED = PublicKey.ofBytes(bytes(3));

  private static byte[] bytes(int value) {
    var bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static SeenPeer seen(PublicKey key, long handshakeAge) {
    long at = handshakeAge < 0 ? 0 : NOW.getEpochSecond() - handshakeAge;
    var endpoint = Optional.of(Endpoint.parse("198.51.100.9:4242"));
    return new SeenPeer(key, endpoint, List.of(), 0, PresharedKey.NONE, at, 0, 0);
  }

  private static DesiredPeer wanted(PublicKey key, Endpoint... endpoints) {
    return new DesiredPeer(key, List.of(endpoints), List.of(), 0, PresharedKey.NONE);
  }

  private static Observation observed(SeenPeer... peers) {
    var fixed = wanted(FIXED, Endpoint.parse("192.0.2.1:51820"));
    var desired =
        new DesiredDevice(
            "weft0", DeviceId.DEFAULT, SELF, 51820, 0x1000, 1420, List.of(wanted(ROAMING), fixed));
    var device =
        new SeenDevice(
            "weft0", Optional.of(SELF.publicKey()), 51820, 0x1000, false, List.of(peers));
    return new Observation(
        List.of(new OwnDevice(DeviceId.DEFAULT, SELF.publicKey(), 51820)),
        new NodeFactsReport("6.12", null, null, "1", List.of(), List.of()),
        List.of(
            new LinkFacts("eth1", 1500, List.of(InterfaceAddress.parse("10.0.0.2/24"))),
            new LinkFacts("eth0", 9000, List.of(InterfaceAddress.parse("10.0.0.1/24")))),
        List.of(desired),
        List.of(device),
        Map.of(new PeerId("weft0", ROAMING), 1380),
        Map.of(new PeerId("weft0", ROAMING), true),
        "",
        List.of());
  }

  @Test
  void endpointIsObservedOnlyWhereNoneWasTold() {
    var report = ReportBuilder.build(observed(seen(ROAMING, 10), seen(FIXED, 10)), List.of(), NOW);
    assertEquals(
        List.of(new ObservedEndpoint(ROAMING.text(), "198.51.100.9:4242")),
        report.observedEndpoints());
  }

  @Test
  void staleEndpointIsNotObserved() {
    var report = ReportBuilder.build(observed(seen(ROAMING, 181)), List.of(), NOW);
    assertEquals(List.of(), report.observedEndpoints());
    assertEquals(List.of(new ReportedPeer(ROAMING.text(), "Stale", 1380, true)), report.peers());
  }

  @Test
  void aTunnelAtWorkChangesNothing() {
    var early = ReportBuilder.build(observed(seen(FIXED, 0)), List.of(), NOW);
    var late = ReportBuilder.build(observed(seen(FIXED, 179)), List.of(), NOW);
    assertEquals(early, late);
  }

  @Test
  void peerWithoutHandshakeIsNever() {
    var report = ReportBuilder.build(observed(seen(FIXED, -1)), List.of(), NOW);
    assertEquals("Never", report.peers().getFirst().handshake());
  }

  @Test
  void everyDeviceIsReportedByLaneAndGeneration() {
    var before = observed();
    var own =
        List.of(
            new OwnDevice(new DeviceId(1, 0), FIXED, 51821),
            new OwnDevice(new DeviceId(0, 1), ROAMING, 51822),
            new OwnDevice(DeviceId.DEFAULT, SELF.publicKey(), 51820));
    var o =
        new Observation(
            own, before.host(), List.of(), List.of(), List.of(), Map.of(), Map.of(), "", List.of());
    assertEquals(
        List.of(
            new ReportedDevice(0, 0, SELF.publicKey().text(), 51820),
            new ReportedDevice(0, 1, ROAMING.text(), 51822),
            new ReportedDevice(1, 0, FIXED.text(), 51821)),
        ReportBuilder.build(o, List.of(), NOW).devices());
  }

  @Test
  void linksAreSortedAndNothingAppliedIsAbsent() {
    var report = ReportBuilder.build(observed(), List.of(), NOW);
    var facts = report.facts();
    assertEquals(
        List.of("eth0", "eth1"),
        facts == null ? List.of() : facts.links().stream().map(l -> l.name()).toList());
    assertNull(report.appliedRevision());
    assertEquals(SELF.publicKey().text(), report.devices().getFirst().publicKey());
  }
}
