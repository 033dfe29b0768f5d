package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Default;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a mesh is.
 *
 * @param granularity which nodes speak WireGuard to each other
 * @param nodeSelector the nodes of the mesh; absent: all
 * @param locationLabel Node label that names the location; the annotation weft.dev/location wins
 * @param addresses one CIDR per family for the mesh addresses, default 10.4.0.0/16
 * @param podCIDRs the cluster's pod ranges, reserved for it
 * @param serviceCIDRs the cluster's service ranges, reserved for it, not masqueraded towards the
 *     mesh
 * @param nodeCIDRs what a Node's internal addresses may be; empty: private ranges (RFC 1918, RFC
 *     6598, fc00::/7)
 * @param allowedLocationCIDRs what location CIDRs may be; empty: anything that holds no mesh or
 *     cluster range
 * @param device the WireGuard device
 * @param gatewaysPerLocation gateways per location
 * @param encapsulation inside a location
 * @param persistentKeepalive of nodes behind NAT
 * @param nodeTraffic which node addresses are meshed
 * @param apiServer the API server's address
 * @param cni how pods are attached
 * @param overlay the CNI that Weft runs beside
 * @param masquerade of pod traffic that leaves the mesh
 * @param firewall what programs the packet filter
 * @param routing table, priorities and marks
 * @param clientDNS DNS servers put into client configurations
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WireGuardMeshSpec(
    @Default("Location") Granularity granularity,
    @Nullable LabelSelector nodeSelector,
    @Default("topology.kubernetes.io/region") String locationLabel,
    List<String> addresses,
    @JsonProperty("podCIDRs") List<String> podCIDRs,
    @JsonProperty("serviceCIDRs") List<String> serviceCIDRs,
    @JsonProperty("nodeCIDRs") List<String> nodeCIDRs,
    @JsonProperty("allowedLocationCIDRs") List<String> allowedLocationCIDRs,
    DeviceSpec device,
    @Default("1") Integer gatewaysPerLocation,
    EncapsulationSpec encapsulation,
    @Default("25s") String persistentKeepalive,
    @Default("InternalIPs") NodeTraffic nodeTraffic,
    @Nullable ApiServerSpec apiServer,
    CniSpec cni,
    @Default("None") Overlay overlay,
    @Default("Auto") Masquerade masquerade,
    @Default("Auto") FirewallBackend firewall,
    RoutingSpec routing,
    @JsonProperty("clientDNS") List<String> clientDNS) {
  /** What an absent WireGuardMeshSpec means. */
  @SuppressWarnings("NullAway") // absent, as Jackson says it
  public static final WireGuardMeshSpec DEFAULT =
      new WireGuardMeshSpec(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null);

  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public WireGuardMeshSpec {
    granularity = granularity == null ? Granularity.LOCATION : granularity;
    locationLabel = locationLabel == null ? "topology.kubernetes.io/region" : locationLabel;
    addresses =
        addresses == null || addresses.isEmpty() ? List.of("10.4.0.0/16") : List.copyOf(addresses);
    podCIDRs = podCIDRs == null ? List.of() : List.copyOf(podCIDRs);
    serviceCIDRs = serviceCIDRs == null ? List.of() : List.copyOf(serviceCIDRs);
    nodeCIDRs = nodeCIDRs == null ? List.of() : List.copyOf(nodeCIDRs);
    allowedLocationCIDRs =
        allowedLocationCIDRs == null ? List.of() : List.copyOf(allowedLocationCIDRs);
    device = device == null ? DeviceSpec.DEFAULT : device;
    gatewaysPerLocation = gatewaysPerLocation == null ? (Integer) 1 : gatewaysPerLocation;
    encapsulation = encapsulation == null ? EncapsulationSpec.DEFAULT : encapsulation;
    persistentKeepalive = persistentKeepalive == null ? "25s" : persistentKeepalive;
    nodeTraffic = nodeTraffic == null ? NodeTraffic.INTERNAL_IPS : nodeTraffic;
    cni = cni == null ? CniSpec.DEFAULT : cni;
    overlay = overlay == null ? Overlay.NONE : overlay;
    masquerade = masquerade == null ? Masquerade.AUTO : masquerade;
    firewall = firewall == null ? FirewallBackend.AUTO : firewall;
    routing = routing == null ? RoutingSpec.DEFAULT : routing;
    clientDNS = clientDNS == null ? List.of() : List.copyOf(clientDNS);
  }
}
