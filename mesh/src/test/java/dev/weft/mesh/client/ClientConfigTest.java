package dev.weft.mesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PrivateKey;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.walk.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientConfigTest {
  private static final PrivateKey KEY = PrivateKey.ofBytes(new byte[32]);

  @Test
  void withALocationThereIsOneGatewayAndTheMeshAsAWhole() {
    var config = config(Clouds.three().peer("laptop", at("gcp")), "laptop");
    assertEquals(List.of("gcp-1"), config.peers().stream().map(ClientPeer::gateway).toList());
    assertEquals(
        List.of(
            "10.4.0.0/16",
            "10.5.0.1/32",
            "10.6.0.0/24",
            "10.42.0.0/16",
            "10.96.0.0/16",
            "192.168.0.0/18",
            "192.168.77.11/32",
            "203.0.113.0/24"),
        config.peers().getFirst().allowedIPs().stream()
            .map(Prefix::toString)
            .filter(p -> !p.startsWith("10.1.") && !p.startsWith("10.2.") && !p.startsWith("fd"))
            .toList());
  }

  @Test
  void aFullTunnelSendsEverythingOfItsFamiliesToItsLocationsGateway() {
    var everything =
        new PeerSpec(
            null,
            Clouds.key("laptop").text(),
            null,
            null,
            List.of(),
            null,
            null,
            "gcp",
            true,
            List.of("10.96.0.10"),
            null,
            null);
    var four = config(Clouds.three().peer("laptop", everything), "laptop");
    assertEquals(List.of("gcp-1"), four.peers().stream().map(ClientPeer::gateway).toList());
    assertEquals(List.of(Prefix.parse("0.0.0.0/0")), four.peers().getFirst().allowedIPs());
    var both =
        config(
            Clouds.three().addresses("10.4.0.0/16", "fd04::/64").peer("laptop", everything),
            "laptop");
    assertEquals(
        List.of(Prefix.parse("0.0.0.0/0"), Prefix.parse("::/0")),
        both.peers().getFirst().allowedIPs());
  }

  @Test
  void theTextIsWhatWgQuickReads() {
    var clouds = Clouds.three().peer("laptop", at("gcp"));
    var text =
        WireGuardText.wgQuick(config(clouds, "laptop"), new ClientSecrets(KEY, PresharedKey.NONE));
    assertEquals(
        """
        [Interface]
        PrivateKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
        Address = 10.4.0.6/32

        # gcp-1, gateway of gcp
        [Peer]
        PublicKey = %s
        """
            .formatted(Clouds.key("gcp-1").text()),
        text.substring(0, text.indexOf("AllowedIPs")));
    assertTrue(text.endsWith("Endpoint = 198.51.100.11:51820\nPersistentKeepalive = 25\n"), text);
  }

  /** Whatever a client sends by its configuration is taken by that gateway and arrives. */
  @ParameterizedTest
  @EnumSource(Granularity.class)
  void everythingInAConfigurationIsReachedThroughItsGatewayAndAnswers(Granularity granularity) {
    for (var location : List.of("", "aws", "gcp")) {
      var clouds = Clouds.three().granularity(granularity).peer("laptop", at(location));
      var view = clouds.view();
      var config = config(clouds, "laptop");
      var states = clouds.states(view);
      var walk = clouds.walk(states);
      var source = config.addresses().getFirst().address();
      var broken = new ArrayList<String>();
      for (var node : view.nodes()) {
        var targets = new ArrayList<>(node.addresses());
        node.podCIDRs().forEach(p -> targets.add(p.address().plus(7)));
        targets.addAll(node.meshedIPs());
        for (var target : targets) {
          var gateway = gateway(config, target);
          var there = walk.arriving(gateway, "weft0", source, target);
          if (!(there instanceof Outcome.Delivered)) {
            broken.add(location + ": laptop -> " + target + " by " + gateway + ": " + there);
          }
          var back = walk.walk(node.name(), target, source);
          if (!back.path().getLast().equals(gateway)) {
            broken.add(location + ": " + target + " answers by " + back + ", not " + gateway);
          }
        }
      }
      assertEquals(List.of(), broken);
    }
  }

  @Test
  void aNewNodeOfAnAggregateNeedsNoNewConfigurationAndANewGatewayKeyDoes() {
    var clouds = Clouds.three().peer("laptop", at("gcp"));
    clouds.publish();
    var before = config(clouds, "laptop").fingerprint();
    clouds.node("aws-3", "aws", "10.1.0.13/24", "192.0.2.13", "10.42.9.0/24", Map.of());
    clouds.change(
        "aws-3",
        n ->
            new dev.weft.mesh.snapshot.NodeInput(
                n.name(),
                n.createdAt(),
                n.labels(),
                Map.of("weft.dev/internal-ip", "-"),
                n.podCIDRs(),
                n.addresses(),
                n.published(),
                n.report(),
                n.reportedAt(),
                n.liveness(),
                n.isCordoned()));
    assertEquals(before, config(clouds, "laptop").fingerprint());
    clouds.remove("gcp-1");
    assertNotEquals(before, config(clouds, "laptop").fingerprint());
  }

  @Test
  void networkManagerGetsEveryTunnelAndMethod() {
    var text =
        WireGuardText.networkManagerKeyfile(
            config(Clouds.three().peer("laptop", at("")), "laptop"),
            new ClientSecrets(KEY, PresharedKey.ofBytes(Clouds.key("psk").toBytes())));
    assertTrue(text.contains("[wireguard-peer." + Clouds.key("aws-1").text() + "]"), text);
    assertTrue(text.contains("[wireguard-peer." + Clouds.key("gcp-1").text() + "]"), text);
    assertTrue(text.contains("\naddress1=10.4.0.6/32\nmethod=manual\n"), text);
    assertTrue(text.contains("\n[ipv6]\nmethod=disabled\n"), text);
    assertTrue(text.contains("\npreshared-key=" + Clouds.key("psk").text()), text);
  }

  private static String gateway(ClientConfig config, IpAddress target) {
    return config.peers().stream()
        .filter(p -> p.allowedIPs().stream().anyMatch(a -> a.contains(target)))
        .max(
            java.util.Comparator.comparingInt(
                p ->
                    p.allowedIPs().stream()
                        .filter(a -> a.contains(target))
                        .mapToInt(Prefix::length)
                        .max()
                        .orElse(-1)))
        .map(ClientPeer::gateway)
        .orElseThrow(() -> new AssertionError("nobody for " + target + " in " + config));
  }

  private static PeerSpec at(String location) {
    return new PeerSpec(
        null,
        Clouds.key("laptop").text(),
        null,
        null,
        List.of(),
        null,
        null,
        location.isEmpty() ? null : location,
        null,
        List.of(),
        null,
        null);
  }

  private static ClientConfig config(Clouds clouds, String name) {
    MeshView view = clouds.view();
    var peer = view.peers().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    return ClientConfigPlanner.plan(view, peer, List.of());
  }
}
