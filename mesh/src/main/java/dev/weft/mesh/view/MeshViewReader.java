package dev.weft.mesh.view;

import dev.weft.api.v1alpha1.Durations;
import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.PeerEndpoint;
import dev.weft.api.v1alpha1.SecretRef;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the published objects of a mesh into a {@link MeshView}. */
public final class MeshViewReader {
  /**
   * A view, and what could not be read.
   *
   * @param view without the objects that could not be read
   * @param problems one per object left out; none where the operator alone wrote the objects
   */
  public record Reading(MeshView view, List<Problem> problems) {}

  private MeshViewReader() {}

  /**
   * Reads what is in force.
   *
   * @param mesh name of the WireGuardMesh
   * @param effective its status.effective
   * @param nodes spec of each WireGuardNode by name; those of other meshes are passed over
   * @param peers status.effective of each Peer by name; those of other meshes are passed over
   * @throws IllegalArgumentException if the mesh's own prefixes are malformed
   */
  public static Reading read(
      String mesh,
      WireGuardMeshSpec effective,
      Map<String, WireGuardNodeSpec> nodes,
      Map<String, EffectivePeer> peers) {
    var problems = new ArrayList<Problem>();
    var meshNodes = new ArrayList<MeshNode>();
    var meshPeers = new ArrayList<MeshPeer>();
    nodes.forEach(
        (name, spec) -> {
          if (mesh.equals(spec.mesh())) {
            try {
              meshNodes.add(node(name, spec));
            } catch (RuntimeException e) {
              problems.add(unreadable("WireGuardNode", name, "spec", e));
            }
          }
        });
    peers.forEach(
        (name, peer) -> {
          if (mesh.equals(peer.mesh())) {
            try {
              meshPeers.add(peer(name, peer));
            } catch (RuntimeException e) {
              problems.add(unreadable("Peer", name, "status.effective", e));
            }
          }
        });
    return new Reading(
        new MeshView(MeshSettings.of(mesh, effective), meshNodes, meshPeers), problems);
  }

  private static Problem unreadable(String kind, String name, String field, RuntimeException e) {
    return Problem.error(
        kind,
        name,
        field,
        "Unreadable",
        e.getMessage() + "; left out until the operator rewrites it");
  }

  private static MeshNode node(String name, WireGuardNodeSpec spec) {
    return new MeshNode(
        name,
        spec.location(),
        spec.role(),
        spec.peerGateway(),
        ordinal(spec.ordinal()),
        Boolean.TRUE.equals(spec.draining()),
        spec.home(),
        addresses(spec.addresses()),
        prefixes(spec.podCIDRs()),
        addresses(spec.internalIPs()),
        addresses(spec.meshedIPs()),
        prefixes(spec.locationCIDRs()),
        seconds(spec.persistentKeepalive()),
        spec.devices().stream().map(MeshViewReader::device).toList(),
        encapsulations(spec.encapsulations()));
  }

  /**
   * Every kernel that Weft runs on has VXLAN, and an agent that reports nothing is an older one.
   */
  private static Set<EncapsulationProtocol> encapsulations(List<EncapsulationProtocol> reported) {
    return reported.isEmpty() ? Set.of(EncapsulationProtocol.VXLAN) : Set.copyOf(reported);
  }

  private static MeshDevice device(NodeDevice device) {
    return new MeshDevice(
        new DeviceId(device.lane(), device.generation()),
        new PublicKey(device.publicKey()),
        device.listenPort(),
        device.endpoints().stream().map(Endpoint::parse).toList(),
        device.observedEndpoints().stream().map(Endpoint::parse).toList());
  }

  private static MeshPeer peer(String name, EffectivePeer peer) {
    PeerEndpoint endpoint = peer.endpoint();
    SecretRef secret = peer.presharedKeySecretRef();
    String location = peer.location();
    String expiresAt = peer.expiresAt();
    return new MeshPeer(
        name,
        new PublicKey(peer.publicKey()),
        prefixes(peer.allowedIPs()),
        endpoint == null ? List.of() : List.of(new Endpoint(endpoint.host(), endpoint.port())),
        seconds(peer.persistentKeepalive()),
        location == null ? "" : location,
        Boolean.TRUE.equals(peer.fullTunnel()),
        secret == null ? "" : secret.name(),
        expiresAt == null ? Long.MAX_VALUE : Instant.parse(expiresAt).getEpochSecond());
  }

  private static int ordinal(@Nullable Integer published) {
    return published == null ? 0 : published;
  }

  private static int seconds(@Nullable String duration) {
    return duration == null ? 0 : Durations.seconds(duration);
  }

  private static List<IpAddress> addresses(List<String> texts) {
    return texts.stream().map(IpAddress::parse).toList();
  }

  private static List<Prefix> prefixes(List<String> texts) {
    return texts.stream().map(Prefix::parse).toList();
  }
}
