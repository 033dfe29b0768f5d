package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PrivateKey;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Keys, addresses and configurations that the operator makes for Peers. */
final class PeerKeysIT extends OperatorFixture {
  private static final String SYSTEM = "weft-system";

  @Test
  void aPeerWithoutAKeyGetsOneWithAConfigurationInTheOperatorsNamespace()
      throws InterruptedException {
    awaitThreeClouds();
    create("tablet", "location: gcp");
    var file = awaitFile("tablet");
    var status = status("tablet").orElseThrow();
    assertEquals("weft-peer-tablet", status.configSecret());
    assertEquals("gcp-1", status.gateway());
    var pair = KeyPair.of(PrivateKey.parse(field(secret(SYSTEM, "tablet"), "privateKey")));
    assertEquals(pair.publicKey().text(), inForce("tablet").orElseThrow().publicKey());
    assertEquals(pair.publicKey().text(), field(secret(SYSTEM, "tablet"), "publicKey"));
    assertTrue(file.contains("PublicKey = " + TestCloud.key("gcp-1")), "no gateway's key");
    assertTrue(file.contains("Endpoint = 198.51.100.1:51820"), "no endpoint");
    assertTrue(file.contains("Address = " + status.addresses().getFirst() + "/32"), "no address");
    assertFalse(file.contains("PresharedKey"));
    assertEquals("False", condition("tablet", "ConfigOutdated").orElse("absent"));
  }

  @Test
  void aGeneratedPresharedKeyIsAllThatTheAgentsNamespaceHolds() throws InterruptedException {
    awaitThreeClouds();
    create("tablet", "presharedKey: Generate");
    var file = awaitFile("tablet");
    var agents = secret(TestCloud.AGENTS, "tablet");
    assertEquals(List.of("presharedKey"), List.copyOf(agents.getData().keySet()));
    assertTrue(file.contains("PresharedKey = " + field(agents, "presharedKey")));
    assertEquals(
        "weft-peer-tablet",
        inForce("tablet").map(EffectivePeer::presharedKeySecretRef).orElseThrow().name());
  }

  @Test
  void aDeletedPeerTakesItsSecretsAlong() throws InterruptedException {
    awaitThreeClouds();
    create("tablet", "presharedKey: Generate");
    awaitFile("tablet");
    client.resources(Peer.class).withName("tablet").delete();
    await(
        SOON,
        () -> secret(SYSTEM, "tablet") == null && secret(TestCloud.AGENTS, "tablet") == null,
        () -> "secrets stay");
  }

  @Test
  void aDeletedSecretIsMadeAnewWithAnotherKey() throws InterruptedException {
    awaitThreeClouds();
    create("tablet", "location: gcp");
    awaitFile("tablet");
    var before = status("tablet").orElseThrow();
    var key = inForce("tablet").orElseThrow().publicKey();
    client.secrets().inNamespace(SYSTEM).withName("weft-peer-tablet").delete();
    await(
        SOON,
        () -> inForce("tablet").filter(e -> !e.publicKey().equals(key)).isPresent(),
        () -> "still " + key);
    awaitFile("tablet");
    assertEquals(before.addresses(), status("tablet").orElseThrow().addresses());
    assertNotEquals(key, inForce("tablet").orElseThrow().publicKey());
  }

  @Test
  void aSecretFromABackupIsOfThePeerThatWasMadeAgain() throws Exception {
    awaitThreeClouds();
    create("tablet", "location: gcp");
    awaitFile("tablet");
    var key = inForce("tablet").orElseThrow().publicKey();
    var saved = secret(SYSTEM, "tablet");
    saved.getMetadata().setOwnerReferences(List.of());
    saved.getMetadata().setUid(null);
    saved.getMetadata().setResourceVersion(null);
    stopOperator();
    client.resources(Peer.class).withName("tablet").delete();
    client.secrets().inNamespace(SYSTEM).withName("weft-peer-tablet").delete();
    client.resource(saved).create();
    create("tablet", "location: gcp");
    startOperator("test", false);
    await(SOON, () -> inForce("tablet").isPresent(), () -> "tablet is not in force");
    assertEquals(key, inForce("tablet").orElseThrow().publicKey());
    assertEquals(
        saved.getData().get("privateKey"), secret(SYSTEM, "tablet").getData().get("privateKey"));
  }

  @Test
  void anotherGatewayMakesAConfigurationOutdated() throws InterruptedException {
    awaitThreeClouds();
    create("tablet", "location: gcp");
    awaitFile("tablet");
    client.nodes().withName("gcp-1").delete();
    await(
        SOON,
        () -> condition("tablet", "ConfigOutdated").filter("True"::equals).isPresent(),
        () -> "conditions: " + status("tablet"));
    await(
        SOON,
        () -> file("tablet").filter(f -> f.contains(TestCloud.key("gcp-2"))).isPresent(),
        () -> "the Secret still names the old gateway");
  }

  @Test
  void aPeerThatBringsItsKeyLaterLosesTheMadeOne() throws InterruptedException {
    awaitThreeClouds();
    create("tablet", "location: gcp");
    awaitFile("tablet");
    client
        .resources(Peer.class)
        .withName("tablet")
        .patch(
            io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
            "{\"spec\":{\"publicKey\":\"" + TestCloud.key("own") + "\"}}");
    await(SOON, () -> secret(SYSTEM, "tablet") == null, () -> "the Secret stays");
    await(
        SOON,
        () -> inForce("tablet").filter(e -> e.publicKey().equals(TestCloud.key("own"))).isPresent(),
        () -> "status: " + status("tablet"));
    assertEquals(null, status("tablet").orElseThrow().configSecret());
  }

  @Test
  void aDisabledPeerKeepsItsAddressAndKeys() throws InterruptedException {
    awaitThreeClouds();
    create("tablet", "location: gcp");
    awaitFile("tablet");
    var before = status("tablet").orElseThrow();
    var inForce = inForce("tablet");
    disable(true);
    await(SOON, () -> inForce("tablet").isEmpty(), () -> "still in force");
    assertEquals(before.addresses(), status("tablet").orElseThrow().addresses());
    disable(false);
    await(
        SOON,
        () -> inForce("tablet").equals(inForce),
        () -> inForce + " is not " + status("tablet"));
  }

  private void disable(boolean disabled) {
    client
        .resources(Peer.class)
        .withName("tablet")
        .patch(
            io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
            "{\"spec\":{\"disabled\":" + disabled + "}}");
  }

  private void create(String name, String spec) {
    cloud.mesh(
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: %s}
        spec: {%s}
        """
            .formatted(name, spec));
  }

  private String awaitFile(String peer) throws InterruptedException {
    await(
        SOON,
        () ->
            file(peer).isPresent()
                && status(peer).filter(s -> s.configSecret() != null).isPresent()
                && condition(peer, "ConfigOutdated").isPresent(),
        () -> "status: " + status(peer));
    return file(peer).orElseThrow();
  }

  private Optional<String> file(String peer) {
    return Optional.ofNullable(secret(SYSTEM, peer))
        .filter(s -> s.getData().containsKey("wg-quick.conf"))
        .map(s -> field(s, "wg-quick.conf"));
  }

  private Optional<String> condition(String peer, String type) {
    return status(peer)
        .flatMap(s -> condition(s.conditions(), type))
        .map(io.fabric8.kubernetes.api.model.Condition::getStatus);
  }

  private Optional<PeerStatus> status(String peer) {
    return Optional.ofNullable(client.resources(Peer.class).withName(peer).get())
        .map(Peer::getStatus);
  }

  private Optional<EffectivePeer> inForce(String peer) {
    return status(peer).map(PeerStatus::effective);
  }

  private Secret secret(String namespace, String peer) {
    return client.secrets().inNamespace(namespace).withName("weft-peer-" + peer).get();
  }

  private static String field(Secret secret, String name) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(name)), StandardCharsets.UTF_8);
  }
}
