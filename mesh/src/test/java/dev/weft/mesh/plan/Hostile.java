package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.ObservedEndpoint;
import dev.weft.api.v1alpha1.PeerEndpoint;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.ReportedDevice;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.snapshot.NodeAddress;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;

/** Objects that no API server of ours would let pass, but that stand for any defect. */
@SuppressWarnings("NullAway")
final class Hostile {
  private Hostile() {}

  static NodeAddress addressWithoutType() {
    return new NodeAddress(null, "10.0.0.1");
  }

  static NodeReportSpec reportWithoutValues(String key) {
    return new NodeReportSpec(
        List.of(new ReportedDevice(0, 0, key, 51820)),
        null,
        List.of(new ObservedEndpoint(null, null)),
        List.of(),
        null,
        List.of());
  }

  static PeerSpec peerWithoutHost(String key) {
    return new PeerSpec(
        null,
        key,
        null,
        null,
        List.of("10.7.0.0/24"),
        new PeerEndpoint(null, 51820),
        null,
        null,
        null,
        List.of(),
        null,
        null);
  }

  static WireGuardMeshSpec withSelector(WireGuardMeshSpec s, LabelSelector selector) {
    return new WireGuardMeshSpec(
        s.granularity(),
        selector,
        s.locationLabel(),
        s.addresses(),
        s.podCIDRs(),
        s.serviceCIDRs(),
        s.nodeCIDRs(),
        s.allowedLocationCIDRs(),
        s.peerCIDRs(),
        s.device(),
        s.gatewaysPerLocation(),
        s.encapsulation(),
        s.persistentKeepalive(),
        s.nodeTraffic(),
        s.apiServer(),
        s.podNetwork(),
        s.cni(),
        s.overlay(),
        s.masquerade(),
        s.firewall(),
        s.routing(),
        s.clientDNS(),
        s.egress(),
        s.allowedExitCIDRs(),
        s.internalEndpoints(),
        s.locations());
  }
}
