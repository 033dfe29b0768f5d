package dev.weft.operator.observe;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.snapshot.MeshInput;
import dev.weft.mesh.snapshot.NodeAddress;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.snapshot.PeerHoldings;
import dev.weft.mesh.snapshot.PeerInput;
import dev.weft.operator.watch.Watches;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads caches and clocks; writes nothing. */
public final class ClusterObserver {
  private static final List<String> ENDPOINT_ANNOTATIONS =
      List.of("weft.dev/endpoint", "kilo.squat.ai/force-endpoint", "kilo.squat.ai/endpoint");

  private final Watches watches;
  private final RecentlyWritten written;
  private final Vitality vitality;
  private final NameResolution names;

  /** An observer of these caches. */
  public ClusterObserver(
      Watches watches, RecentlyWritten written, Vitality vitality, NameResolution names) {
    this.watches = watches;
    this.written = written;
    this.vitality = vitality;
    this.names = names;
  }

  /** What there is now. */
  public Observation observe() {
    var nodes = watches.nodes().objects();
    var meshes = written.meshes().over(watches.meshes().objects());
    var peers = written.peers().over(watches.peers().objects());
    var wireGuardNodes = written.nodes().over(watches.wireGuardNodes().objects());
    var reports = watches.reports().objects();
    var liveness =
        vitality.judge(
            gateways(wireGuardNodes), Witnesses.of(wireGuardNodes, reports), System.nanoTime());
    var secrets =
        PeerSecrets.of(watches.madeSecrets().objects(), watches.presharedKeys().objects());
    var now = Instant.now();
    var snapshot =
        new ClusterSnapshot(
            meshes.values().stream().map(ClusterObserver::mesh).toList(),
            nodes.values().stream()
                .map(node -> node(node, wireGuardNodes, meshes, reports, liveness))
                .toList(),
            peers.values().stream().map(peer -> peer(peer, secrets)).toList(),
            names.unresolved(hostNames(nodes, peers)),
            now.getEpochSecond());
    return new Observation(
        nodes, meshes, peers, wireGuardNodes, reports, secrets, liveness, snapshot, now);
  }

  private static Set<String> gateways(Map<String, WireGuardNode> nodes) {
    var gateways = new TreeSet<String>();
    nodes.forEach(
        (name, node) -> {
          if (node.getSpec() != null && node.getSpec().role() == NodeRole.GATEWAY) {
            gateways.add(name);
          }
        });
    return gateways;
  }

  private static MeshInput mesh(WireGuardMesh mesh) {
    var status = mesh.getStatus();
    return new MeshInput(
        mesh.getMetadata().getName(),
        createdAt(mesh),
        mesh.getSpec(),
        status == null ? List.of() : absentOrOne(status.effective()));
  }

  private static PeerInput peer(Peer peer, PeerSecrets secrets) {
    var status = peer.getStatus();
    var name = peer.getMetadata().getName();
    var made = Optional.ofNullable(secrets.made().get(name));
    var holdings =
        new PeerHoldings(
            status == null ? List.of() : status.addresses(),
            made.filter(m -> m.peerUid().equals(peer.getMetadata().getUid())).stream()
                .flatMap(m -> m.keys().stream())
                .map(KeyPair::publicKey)
                .toList(),
            secrets.madePresharedKeys().containsKey(name));
    return new PeerInput(
        name,
        createdAt(peer),
        peer.getSpec(),
        status == null ? List.of() : absentOrOne(status.effective()),
        holdings);
  }

  private static NodeInput node(
      Node node,
      Map<String, WireGuardNode> wireGuardNodes,
      Map<String, WireGuardMesh> meshes,
      Map<String, NodeReport> reports,
      Map<String, Liveness> liveness) {
    var name = node.getMetadata().getName();
    var published = wireGuardNodes.get(name);
    var report = reports.get(name);
    return new NodeInput(
        name,
        createdAt(node),
        Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.of()),
        Objects.requireNonNullElse(node.getMetadata().getAnnotations(), Map.of()),
        podCIDRs(node),
        addresses(node),
        published == null || !Ownership.isCurrent(published, meshes)
            ? List.of()
            : absentOrOne(published.getSpec()),
        report == null ? List.of() : absentOrOne(report.getSpec()),
        report == null ? "" : createdAt(report),
        liveness.getOrDefault(name, Liveness.UNKNOWN));
  }

  private static List<String> podCIDRs(Node node) {
    var spec = node.getSpec();
    if (spec == null) {
      return List.of();
    }
    if (spec.getPodCIDRs() != null && !spec.getPodCIDRs().isEmpty()) {
      return spec.getPodCIDRs();
    }
    return absentOrOne(spec.getPodCIDR());
  }

  private static List<NodeAddress> addresses(Node node) {
    return node.getStatus() == null || node.getStatus().getAddresses() == null
        ? List.of()
        : node.getStatus().getAddresses().stream()
            .map(address -> new NodeAddress(address.getType(), address.getAddress()))
            .toList();
  }

  private static Set<String> hostNames(Map<String, Node> nodes, Map<String, Peer> peers) {
    var peerHosts =
        peers.values().stream()
            .map(peer -> peer.getSpec().endpoint())
            .filter(Objects::nonNull)
            .map(endpoint -> endpoint.host());
    var nodeHosts =
        nodes.values().stream()
            .map(node -> node.getMetadata().getAnnotations())
            .filter(Objects::nonNull)
            .flatMap(
                annotations ->
                    ENDPOINT_ANNOTATIONS.stream()
                        .flatMap(key -> Optional.ofNullable(annotations.get(key)).stream()))
            .map(ClusterObserver::host);
    var hosts = new TreeSet<String>();
    Stream.concat(peerHosts, nodeHosts).filter(ClusterObserver::isName).forEach(hosts::add);
    return hosts;
  }

  private static String host(String endpoint) {
    var colon = endpoint.lastIndexOf(':');
    return colon < 0 ? endpoint : endpoint.substring(0, colon);
  }

  private static boolean isName(String host) {
    return host.matches("([a-z0-9]([-a-z0-9]*[a-z0-9])?[.])*[a-z]([-a-z0-9]*[a-z0-9])?");
  }

  private static String createdAt(HasMetadata object) {
    return Objects.requireNonNullElse(object.getMetadata().getCreationTimestamp(), "");
  }

  private static <T> List<T> absentOrOne(@Nullable T value) {
    return value == null ? List.of() : List.of(value);
  }
}
