package dev.weft.agent.view;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.SecretRef;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Published objects of small meshes, for tests. */
public final class Published {
  private Published() {}

  /** A public key that is a name's own. */
  public static String key(String name) {
    return Base64.getEncoder()
        .encodeToString(Arrays.copyOf(("key of " + name).getBytes(StandardCharsets.UTF_8), 32));
  }

  /** A gateway of its own location, with the last octet of its addresses. */
  public static WireGuardNodeSpec node(String mesh, String name, int octet) {
    return new WireGuardNodeSpec(
        mesh,
        "location-of-" + name,
        NodeRole.GATEWAY,
        false,
        null,
        null,
        false,
        List.of("10.4.0." + octet),
        List.of("10.42." + octet + ".0/24"),
        List.of("10.0.0." + octet),
        List.of("10.0.0." + octet),
        List.of(),
        "25s",
        List.of(
            new NodeDevice(
                0, 0, key(name), 51820, List.of("192.0.2." + octet + ":51820"), List.of())),
        List.of());
  }

  /** A Peer without endpoint. */
  public static EffectivePeer peer(
      String mesh, String name, int octet, @Nullable String expiresAt) {
    return new EffectivePeer(
        mesh,
        key(name),
        List.of("10.4.9." + octet + "/32"),
        null,
        null,
        null,
        null,
        new SecretRef("psk-" + name),
        expiresAt);
  }

  /** A mesh of gateways a, b, … and one Peer, phone. */
  public static PublishedMesh mesh(String... names) {
    var nodes = new TreeMap<String, WireGuardNodeSpec>();
    Stream.of(names).forEach(n -> nodes.put(n, node("main", n, n.charAt(0) - 'a' + 1)));
    var peers = new TreeMap<>(Map.of("phone", peer("main", "phone", 1, "2030-01-01T00:00:00Z")));
    return new PublishedMesh("main", WireGuardMeshSpec.DEFAULT, nodes, peers);
  }

  /** Gateway a, and of another location the gateways b and c, that a meets by two devices. */
  public static PublishedMesh lanes() {
    var plain = mesh("a", "b", "c");
    var nodes = new TreeMap<String, WireGuardNodeSpec>();
    plain
        .nodes()
        .forEach(
            (name, n) -> {
              var devices = new ArrayList<>(n.devices());
              n.device(0)
                  .ifPresent(
                      d ->
                          devices.add(
                              new NodeDevice(
                                  1,
                                  0,
                                  key(name + " lane 1"),
                                  51821,
                                  d.endpoints().stream()
                                      .map(e -> e.replace(":51820", ":51821"))
                                      .toList(),
                                  List.of())));
              nodes.put(
                  name,
                  new WireGuardNodeSpec(
                      n.mesh(),
                      name.equals("a") ? n.location() : "far",
                      n.role(),
                      !name.equals("c"),
                      name.equals("c") ? 1 : 0,
                      null,
                      n.home(),
                      n.addresses(),
                      n.podCIDRs(),
                      n.internalIPs(),
                      n.meshedIPs(),
                      n.locationCIDRs(),
                      n.persistentKeepalive(),
                      devices,
                      n.encapsulations()));
            });
    return new PublishedMesh(plain.mesh(), plain.effective(), nodes, plain.peers());
  }

  /** What the API server tells when it has exactly these. */
  public static ApiState listed(PublishedMesh published, int statusNodes) {
    var object =
        new MeshObject(published.effective(), Optional.of(published.effective()), statusNodes);
    return new ApiState(
        true,
        Map.of(published.mesh(), object),
        Set.of(),
        published.nodes(),
        published.peers(),
        Optional.of(List.of("10.42.1.0/24")));
  }

  /** The same without the mesh. */
  public static ApiState withoutMesh(ApiState state, Set<String> deleted) {
    return new ApiState(
        state.synced(), Map.of(), deleted, state.nodes(), state.peers(), state.podCIDRs());
  }
}
