package dev.weft.agent.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import dev.weft.api.server.Meshes;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the agent makes of deletions, against a real API server with the rights that are shipped.
 */
class AccidentIT {
  private static ApiServer server;
  private static KubernetesClient admin;
  private static KubernetesClient agent;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    admin = server.admin();
    agent = server.on("a", "weft-agents", "weft-agent");
  }

  @AfterAll
  static void stop() {
    agent.close();
    server.close();
  }

  private static void until(Duration patience, String what, BooleanSupplier reached)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!reached.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within " + patience + ": " + what);
      Thread.sleep(20);
    }
  }

  private static void until(String what, BooleanSupplier reached) throws InterruptedException {
    until(Duration.ofSeconds(20), what, reached);
  }

  private static void make(String yaml) {
    admin.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).create();
  }

  private static void mesh(String name) {
    make(
        """
        apiVersion: weft.dev/v1alpha1
        kind: WireGuardMesh
        metadata: {name: %s}
        spec: {addresses: [10.4.0.0/16], podCIDRs: [10.42.0.0/16]}
        """
            .formatted(name));
  }

  private static void peer(String name) {
    make(
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: %s}
        spec: {publicKey: "%s", allowedIPs: [192.168.77.0/24]}
        """
            .formatted(name, Published.key(name)));
  }

  private static void node(String name) {
    var node = new WireGuardNode();
    node.setMetadata(
        new io.fabric8.kubernetes.api.model.ObjectMetaBuilder().withName(name).build());
    node.setSpec(Published.node("main", name, name.charAt(0) - 'a' + 1));
    admin.resource(node).create();
  }

  private static void keyPending(String peer) {
    var object = admin.resources(Peer.class).withName(peer).get();
    var pending =
        new ConditionBuilder()
            .withType("Accepted")
            .withStatus("False")
            .withReason("KeyPending")
            .withMessage("its keys are being made")
            .withLastTransitionTime("2026-01-01T00:00:00Z")
            .build();
    object.setStatus(
        new PeerStatus(List.of(pending), null, List.of(), null, null, null, null, null));
    admin.resource(object).updateStatus();
  }

  /** Says what the operator would. */
  private static void inForce(String peer) {
    var object = admin.resources(Peer.class).withName(peer).get();
    object.setStatus(
        new PeerStatus(
            List.of(),
            Published.peer("main", peer, 1, null),
            List.of(),
            null,
            null,
            null,
            null,
            null));
    admin.resource(object).updateStatus();
  }

  @Test
  void onlyWhatWasDeletedForItselfCounts() throws Exception {
    mesh("main");
    mesh("other");
    peer("kept");
    peer("revoked");
    inForce("kept");
    inForce("revoked");
    node("a");
    node("b");
    try (var watch = new ApiWatch(agent, "a", () -> {}, t -> {})) {
      watch.restart();
      until("sync", () -> watch.state().synced() && watch.state().meshes().size() == 2);
      until("Peers", () -> watch.state().peers().keySet().equals(Set.of("kept", "revoked")));
      assertEquals(Set.of(), watch.state().lostPeers());

      var start = System.nanoTime();
      admin.resources(Peer.class).withName("revoked").delete();
      until("revocation", () -> watch.state().revokedPeers().contains("revoked"));
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(1).toNanos(), "in a second");
      Meshes.delete(admin, "other");
      until("deletion", () -> watch.state().deletedMeshes().contains("other"));

      server.kubectl(
          "delete", "crd", "wireguardmeshes.weft.dev", "peers.weft.dev", "--timeout=30s");
      until("the objects are gone", () -> watch.state().meshes().isEmpty());
      until("kept is lost", () -> watch.state().lostPeers().contains("kept"));
      Thread.sleep(3_000); // every deletion has been looked into
      var state = watch.state();
      assertTrue(!state.deletedMeshes().contains("main"), "nobody deleted the mesh main");
      assertTrue(!state.revokedPeers().contains("kept"), "nobody deleted the Peer kept");
      assertTrue(state.lostPeers().contains("kept"));
      var verdict = ViewGate.judge("a", state, Optional.of(Published.mesh("a", "b")));
      assertEquals("MeshVanished", assertInstanceOf(Verdict.Hold.class, verdict).reason());

      server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy/crds").toString());
      server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
      mesh("main");
      peer("kept");
      until(
          Duration.ofSeconds(60),
          "all is back without hands",
          () ->
              watch.state().meshes().containsKey("main")
                  && watch.state().lostPeers().contains("kept"));
      // The operator has not looked at it yet, or makes its keys: what was in force stays.
      keyPending("kept");
      until(
          "pending",
          () ->
              admin.resources(Peer.class).withName("kept").get().getStatus() != null
                  && watch.state().lostPeers().contains("kept"));
      assertTrue(!watch.state().revokedPeers().contains("kept"), "its keys are being made");
      inForce("kept");
      until("kept is in force", () -> watch.state().peers().containsKey("kept"));
      assertTrue(!watch.state().lostPeers().contains("kept"));

      // What is deleted for itself from now on is so again.
      admin.resources(Peer.class).withName("kept").delete();
      until("revocation", () -> watch.state().revokedPeers().contains("kept"));
      peer("kept");
      var before = watch.state();
      inForce("kept");
      until("it is in force again", () -> watch.state().peers().containsKey("kept"));
      assertTrue(before.revokedPeers().contains("kept"), "revoked until it is in force again");
      until("and not revoked", () -> !watch.state().revokedPeers().contains("kept"));
      Meshes.delete(admin, "main");
      until("deletion", () -> watch.state().deletedMeshes().contains("main"));
    }
  }
}
