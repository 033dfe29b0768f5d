package dev.weft.agent.report;

import dev.weft.api.v1alpha1.NodeFactsReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.ObservedEndpoint;
import dev.weft.api.v1alpha1.ReportedDevice;
import dev.weft.api.v1alpha1.ReportedLink;
import dev.weft.api.v1alpha1.ReportedPeer;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.view.LinkFacts;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A NodeReport from what was observed, within the bounds of the API's schema. Pure. */
public final class ReportBuilder {
  private static final int MAX_PEERS = 5000;
  private static final int MAX_ENDPOINTS = 1024;
  private static final int MAX_LINKS = 256;
  private static final int MAX_ADDRESSES = 64;

  private ReportBuilder() {}

  /**
   * The report.
   *
   * @param before conditions reported last, whose transition times live on
   */
  public static NodeReportSpec build(Observation o, List<Condition> before, Instant now) {
    var host = o.host();
    var applied = o.appliedRevision().isEmpty() ? null : o.appliedRevision();
    return new NodeReportSpec(
        devices(o.own()),
        new NodeFactsReport(
            host.kernel(),
            host.wireGuard(),
            host.firewall(),
            host.agentVersion(),
            links(o.links()),
            host.encapsulations()),
        observedEndpoints(o, now.getEpochSecond()),
        peers(o, now.getEpochSecond()),
        applied,
        Conditions.of(o.findings(), before, now));
  }

  private static List<ReportedDevice> devices(List<OwnDevice> own) {
    return own.stream()
        .sorted(Comparator.comparing(OwnDevice::id))
        .map(
            d ->
                new ReportedDevice(
                    d.id().lane(), d.id().generation(), d.publicKey().text(), d.listenPort()))
        .toList();
  }

  private static List<ReportedLink> links(List<LinkFacts> links) {
    return links.stream()
        .sorted(Comparator.comparing(LinkFacts::name))
        .limit(MAX_LINKS)
        .map(l -> new ReportedLink(l.name(), l.mtu(), addresses(l)))
        .toList();
  }

  private static List<String> addresses(LinkFacts link) {
    return link.addresses().stream().map(Object::toString).sorted().limit(MAX_ADDRESSES).toList();
  }

  private record Row(PeerId id, SeenPeer peer) {}

  private static Stream<Row> seenPeers(Observation o) {
    var names = o.desired().stream().map(DesiredDevice::name).collect(Collectors.toSet());
    return o.seen().stream()
        .filter(d -> names.contains(d.name()))
        .flatMap(d -> d.peers().stream().map(p -> new Row(new PeerId(d.name(), p.publicKey()), p)))
        .sorted(
            Comparator.comparing((Row r) -> r.id().publicKey())
                .thenComparing(r -> r.id().device()));
  }

  /** Endpoints learnt of peers that no object names. */
  private static List<ObservedEndpoint> observedEndpoints(Observation o, long now) {
    Set<PeerId> roaming =
        o.desired().stream()
            .flatMap(d -> d.peers().stream().filter(p -> p.endpoints().isEmpty()).map(d::idOf))
            .collect(Collectors.toSet());
    return seenPeers(o)
        .filter(r -> roaming.contains(r.id()))
        .map(Row::peer)
        .filter(p -> !p.endpoint().isEmpty())
        .filter(p -> HandshakeClass.of(p.lastHandshakeEpochSecond(), now) == HandshakeClass.FRESH)
        .limit(MAX_ENDPOINTS)
        .map(p -> new ObservedEndpoint(p.publicKey().text(), p.endpoint().get().toString()))
        .toList();
  }

  private static List<ReportedPeer> peers(Observation o, long now) {
    return seenPeers(o)
        .limit(MAX_PEERS)
        .map(
            r ->
                new ReportedPeer(
                    r.id().publicKey().text(),
                    HandshakeClass.of(r.peer().lastHandshakeEpochSecond(), now).text(),
                    o.pathMtus().get(r.id()),
                    o.pulses().get(r.id())))
        .toList();
  }
}
