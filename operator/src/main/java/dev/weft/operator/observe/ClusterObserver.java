package dev.weft.operator.observe;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.snapshot.ApiServerAddresses;
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
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads caches and clocks; writes nothing. */
public final class ClusterObserver {
  private final Watches watches;
  private final RecentlyWritten written;
  private final NodeLiveness nodeLiveness;
  private final NameResolution names;
  private final LastPublished last;
  private final CalledServer called;

  /** An observer of these caches. */
  public ClusterObserver(
      Watches watches,
      RecentlyWritten written,
      NodeLiveness nodeLiveness,
      NameResolution names,
      LastPublished last,
      CalledServer called) {
    this.watches = watches;
    this.written = written;
    this.nodeLiveness = nodeLiveness;
    this.names = names;
    this.last = last;
    this.called = called;
  }

  /** What there is now. */
  public Observation observe() {
    var nodes = watches.nodes().objects();
    var meshes = written.meshes().over(watches.meshes().objects());
    var peers = written.peers().over(watches.peers().objects());
    var wireGuardNodes = written.nodes().over(watches.wireGuardNodes().objects());
    last.seen(wireGuardNodes);
    last.peers(peers);
    var reports = watches.reports().objects();
    var liveness = nodeLiveness.judge(Roles.of(wireGuardNodes, reports), System.nanoTime());
    var secrets =
        PeerSecrets.of(watches.madeSecrets().objects(), watches.presharedKeys().objects());
    var now = Instant.now();
    var endpoints = EndpointNames.of(nodes.values(), peers.values());
    var servers = joined(EndpointNames.ofApiServers(meshes.values()), called.names());
    var unresolved = names.unresolved(joined(endpoints, servers));
    var snapshot =
        new ClusterSnapshot(
            meshes.values().stream().map(ClusterObserver::mesh).toList(),
            nodes.values().stream()
                .map(node -> node(node, wireGuardNodes, meshes, reports, liveness))
                .toList(),
            peers.values().stream()
                .filter(peer -> peer.getSpec() != null)
                .map(peer -> peer(peer, secrets))
                .toList(),
            unresolved,
            now.getEpochSecond(),
            apiServers(watches.apiServers().objects().values(), names.addresses(servers), called),
            names.reserved(endpoints),
            last.former(peers.keySet()));
    return new Observation(
        nodes, meshes, peers, wireGuardNodes, reports, secrets, liveness, snapshot, now);
  }

  private static Set<String> joined(Set<String> one, Set<String> other) {
    var all = new TreeSet<>(one);
    all.addAll(other);
    return all;
  }

  /** Where the Service leads, where names of API servers do, and what this operator calls. */
  static List<IpAddress> apiServers(
      Collection<EndpointSlice> slices, List<IpAddress> resolved, CalledServer called) {
    var hosts =
        slices.stream()
            .map(EndpointSlice::getEndpoints)
            .filter(Objects::nonNull)
            .flatMap(List::stream)
            .flatMap(e -> e.getAddresses().stream());
    return Stream.of(ApiServerAddresses.of(hosts), resolved, called.addresses())
        .flatMap(List::stream)
        .distinct()
        .sorted()
        .toList();
  }

  private static MeshInput mesh(WireGuardMesh mesh) {
    var status = mesh.getStatus();
    return new MeshInput(
        mesh.getMetadata().getName(),
        createdAt(mesh),
        Objects.requireNonNullElse(mesh.getSpec(), WireGuardMeshSpec.DEFAULT),
        status == null ? List.of() : absentOrOne(status.effective()));
  }

  private PeerInput peer(Peer peer, PeerSecrets secrets) {
    var status = peer.getStatus();
    var name = peer.getMetadata().getName();
    var made = Optional.ofNullable(secrets.made().get(name));
    var holdings =
        new PeerHoldings(
            status == null ? last.addressesOf(name) : status.addresses(),
            made.filter(m -> m.isOf(peer)).stream()
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

  private NodeInput node(
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
        withoutNulls(node.getMetadata().getLabels()),
        withoutNulls(node.getMetadata().getAnnotations()),
        podCIDRs(node),
        addresses(node),
        published == null
            ? last.of(name, wireGuardNodes, meshes.keySet()).stream().toList()
            : absentOrOne(published.getSpec()),
        report == null ? List.of() : absentOrOne(report.getSpec()),
        report == null ? "" : createdAt(report),
        liveness.getOrDefault(name, Liveness.UNKNOWN),
        isCordoned(node) || ShuttingDown.is(node));
  }

  private static boolean isCordoned(Node node) {
    return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
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
            .filter(address -> address.getType() != null && address.getAddress() != null)
            .map(address -> new NodeAddress(address.getType(), address.getAddress()))
            .toList();
  }

  private static Map<String, String> withoutNulls(@Nullable Map<String, String> texts) {
    return texts == null
        ? Map.of()
        : texts.entrySet().stream()
            .filter(e -> e.getKey() != null && e.getValue() != null)
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static String createdAt(HasMetadata object) {
    return Objects.requireNonNullElse(object.getMetadata().getCreationTimestamp(), "");
  }

  private static <T> List<T> absentOrOne(@Nullable T value) {
    return value == null ? List.of() : List.of(value);
  }
}
