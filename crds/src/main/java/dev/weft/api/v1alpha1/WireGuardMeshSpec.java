package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a mesh is.
 *
 * @param granularity which nodes speak WireGuard to each other
 * @param nodeSelector the nodes of the mesh; absent: all
 * @param locationLabel Node label that names the location; the annotation weft.dev/location wins
 * @param addresses one CIDR per family for the mesh addresses, such as 10.4.0.0/16, in no other
 *     network of yours. Nodes and Peers keep their addresses: a range can be made wider or joined
 *     by one of the other family, but not changed
 * @param podCIDRs the cluster's pod ranges, reserved for it, in which those of Nodes lie; empty:
 *     those of Nodes lie in private ranges (RFC 1918, RFC 6598, fc00::/7)
 * @param serviceCIDRs the cluster's service ranges, reserved for it, not masqueraded towards the
 *     mesh
 * @param nodeCIDRs what a Node's internal addresses may be; empty: private ranges (RFC 1918, RFC
 *     6598, fc00::/7)
 * @param allowedLocationCIDRs what location CIDRs may be, and the ranges that they may lie in;
 *     empty: there are none
 * @param peerCIDRs what the prefixes of Peers may lie in; addresses of the mesh's own range are
 *     allowed besides. Default: private ranges (RFC 1918, RFC 6598, fc00::/7)
 * @param device the WireGuard device
 * @param gatewaysPerLocation gateways per location
 * @param encapsulation inside a location
 * @param persistentKeepalive of nodes behind NAT
 * @param nodeTraffic which node addresses are meshed
 * @param apiServer a further address of the API server, besides those of the Service kubernetes and
 *     the one that agents and operator call (the chart's apiServer): reserved for it, and reached
 *     beside the tunnels
 * @param podNetwork who attaches pods and carries their packets inside a location. Weft: pods have
 *     addresses of their Node's pod CIDRs, and Weft routes to them. External: another CNI does
 *     both, such as flannel, Calico, Cilium or a cloud's own; Weft carries pods' packets between
 *     locations only. Absent: Weft, unless overlay names a CNI
 * @param cni what writes the CNI configuration where podNetwork is Weft; without effect otherwise
 * @param overlay deprecated, and gone in the next version of the API: Flannel, Cilium and Calico
 *     mean podNetwork External
 * @param masquerade of pod traffic that leaves the mesh
 * @param firewall what programs the packet filter
 * @param routing table, priorities and marks
 * @param clientDNS DNS servers put into client configurations
 * @param egress pods that leave the cluster through the gateway of a location of their own
 * @param allowedExitCIDRs what full tunnels and egress rules may reach besides the internet: an
 *     exit refuses private and special ranges and what is on-link to it, unless they are listed
 *     here. Link-local and metadata addresses are opened by a prefix inside of such a range only
 * @param internalEndpoints whether nodes call the internal addresses of nodes of other locations
 * @param locations which Nodes are in which location, and what is behind it; stronger than labels
 *     and annotations of Nodes. Nodes that no entry selects follow those
 */
@ValidationRule(
    value = Cel.PODS_MEET_MESH,
    message = Cel.PODS_MEET_MESH_SAYS,
    fieldPath = ".podCIDRs")
@ValidationRule(
    value = Cel.SERVICES_MEET_MESH,
    message = Cel.SERVICES_MEET_MESH_SAYS,
    fieldPath = ".serviceCIDRs")
@ValidationRule(
    value = Cel.PODS_MEET_SERVICES,
    message = Cel.PODS_MEET_SERVICES_SAYS,
    fieldPath = ".serviceCIDRs")
@ValidationRule(
    value = Cel.IPIP_IS_IPV4,
    message = Cel.IPIP_IS_IPV4_SAYS,
    fieldPath = ".encapsulation.protocol")
@ValidationRule(
    value = Cel.IPV6_NEEDS_MTU,
    message = Cel.IPV6_NEEDS_MTU_SAYS,
    fieldPath = ".device.mtu")
@ValidationRule(
    value = Cel.ONE_POD_NETWORK,
    message = Cel.ONE_POD_NETWORK_SAYS,
    fieldPath = ".overlay")
@ValidationRule(value = Cel.EGRESS_ALONE, message = Cel.EGRESS_ALONE_SAYS, fieldPath = ".egress")
@ValidationRule(
    value = Cel.LOCATIONS_BY_SAFE_LABELS,
    message = Cel.LOCATIONS_BY_SAFE_LABELS_SAYS,
    fieldPath = ".locations")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WireGuardMeshSpec(
    @Default("Location") Granularity granularity,
    @Nullable LabelSelector nodeSelector,
    @Default("topology.kubernetes.io/region")
        @Size(min = 1, max = 316)
        @Pattern(
            "^([a-z0-9]([-.a-z0-9]*[a-z0-9])?/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$")
        String locationLabel,
    @Required
        @Size(min = 1, max = 2)
        @Items({
          @ValidationRule(value = Cel.CIDR, messageExpression = Cel.CIDR_SAYS),
          @ValidationRule(value = Cel.NO_HOST_BITS, messageExpression = Cel.NO_HOST_BITS_SAYS),
          @ValidationRule(value = Cel.UNICAST, messageExpression = Cel.UNICAST_SAYS)
        })
        @ValidationRule(value = Cel.ONE_CIDR_PER_FAMILY, message = Cel.ONE_CIDR_PER_FAMILY_SAYS)
        @ValidationRule(value = Cel.ADDRESSES_KEPT, message = Cel.ADDRESSES_KEPT_SAYS)
        List<@Size(max = 49) String> addresses,
    @JsonProperty("podCIDRs")
        @Size(max = 16)
        @Items({
          @ValidationRule(value = Cel.CIDR, messageExpression = Cel.CIDR_SAYS),
          @ValidationRule(value = Cel.NO_HOST_BITS, messageExpression = Cel.NO_HOST_BITS_SAYS),
          @ValidationRule(value = Cel.UNICAST, messageExpression = Cel.UNICAST_SAYS)
        })
        List<@Size(max = 49) String> podCIDRs,
    @JsonProperty("serviceCIDRs")
        @Size(max = 16)
        @Items({
          @ValidationRule(value = Cel.CIDR, messageExpression = Cel.CIDR_SAYS),
          @ValidationRule(value = Cel.NO_HOST_BITS, messageExpression = Cel.NO_HOST_BITS_SAYS),
          @ValidationRule(value = Cel.UNICAST, messageExpression = Cel.UNICAST_SAYS)
        })
        List<@Size(max = 49) String> serviceCIDRs,
    @JsonProperty("nodeCIDRs")
        @Size(max = 64)
        @Items({
          @ValidationRule(value = Cel.CIDR, messageExpression = Cel.CIDR_SAYS),
          @ValidationRule(value = Cel.NO_HOST_BITS, messageExpression = Cel.NO_HOST_BITS_SAYS),
          @ValidationRule(value = Cel.UNICAST, messageExpression = Cel.UNICAST_SAYS)
        })
        List<@Size(max = 49) String> nodeCIDRs,
    @JsonProperty("allowedLocationCIDRs")
        @Size(max = 64)
        @Items({
          @ValidationRule(value = Cel.CIDR, messageExpression = Cel.CIDR_SAYS),
          @ValidationRule(value = Cel.NO_HOST_BITS, messageExpression = Cel.NO_HOST_BITS_SAYS),
          @ValidationRule(value = Cel.UNICAST, messageExpression = Cel.UNICAST_SAYS)
        })
        List<@Size(max = 49) String> allowedLocationCIDRs,
    @JsonProperty("peerCIDRs")
        @Default(
            "[\"10.0.0.0/8\",\"172.16.0.0/12\",\"192.168.0.0/16\",\"100.64.0.0/10\",\"fc00::/7\"]")
        @Size(min = 1, max = 64)
        @Items({
          @ValidationRule(value = Cel.CIDR, messageExpression = Cel.CIDR_SAYS),
          @ValidationRule(value = Cel.NO_HOST_BITS, messageExpression = Cel.NO_HOST_BITS_SAYS),
          @ValidationRule(value = Cel.UNICAST, messageExpression = Cel.UNICAST_SAYS)
        })
        List<@Size(max = 49) String> peerCIDRs,
    DeviceSpec device,
    @Default("1") @Min(1) @Max(8) Integer gatewaysPerLocation,
    EncapsulationSpec encapsulation,
    @Default("25s")
        @Size(max = 20)
        @ValidationRule(value = Cel.DURATION, messageExpression = Cel.DURATION_SAYS)
        @ValidationRule(value = Cel.KEEPALIVE, messageExpression = Cel.KEEPALIVE_SAYS)
        String persistentKeepalive,
    @Default("InternalIPs") NodeTraffic nodeTraffic,
    @Nullable ApiServerSpec apiServer,
    @Nullable PodNetworkOwner podNetwork,
    CniSpec cni,
    @Nullable Overlay overlay,
    @Default("Auto") Masquerade masquerade,
    @Default("Auto") FirewallBackend firewall,
    RoutingSpec routing,
    @JsonProperty("clientDNS")
        @Size(max = 8)
        @Items(@ValidationRule(value = Cel.IP, messageExpression = Cel.IP_SAYS))
        List<@Size(max = 45) String> clientDNS,
    @Size(max = 16) List<EgressRule> egress,
    @JsonProperty("allowedExitCIDRs")
        @Size(max = 64)
        @Items({
          @ValidationRule(value = Cel.CIDR, messageExpression = Cel.CIDR_SAYS),
          @ValidationRule(value = Cel.NO_HOST_BITS, messageExpression = Cel.NO_HOST_BITS_SAYS),
          @ValidationRule(
              value = Cel.UNICAST_OR_LINK_LOCAL,
              messageExpression = Cel.UNICAST_OR_LINK_LOCAL_SAYS)
        })
        List<@Size(max = 49) String> allowedExitCIDRs,
    @Default("LastResort") InternalEndpoints internalEndpoints,
    @Size(max = 100) List<MeshLocation> locations) {
  private static final List<String> PRIVATE =
      List.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7");

  /** A mesh with the addresses 10.4.0.0/16 and else the defaults of all fields. */
  @SuppressWarnings("NullAway") // absent, as Jackson says it
  public static final WireGuardMeshSpec DEFAULT =
      new WireGuardMeshSpec(
          null,
          null,
          null,
          List.of("10.4.0.0/16"),
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null);

  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public WireGuardMeshSpec {
    granularity = granularity == null ? Granularity.LOCATION : granularity;
    locationLabel = locationLabel == null ? "topology.kubernetes.io/region" : locationLabel;
    addresses = addresses == null ? List.of() : List.copyOf(addresses);
    podCIDRs = podCIDRs == null ? List.of() : List.copyOf(podCIDRs);
    serviceCIDRs = serviceCIDRs == null ? List.of() : List.copyOf(serviceCIDRs);
    nodeCIDRs = nodeCIDRs == null ? List.of() : List.copyOf(nodeCIDRs);
    allowedLocationCIDRs =
        allowedLocationCIDRs == null ? List.of() : List.copyOf(allowedLocationCIDRs);
    peerCIDRs = peerCIDRs == null || peerCIDRs.isEmpty() ? PRIVATE : List.copyOf(peerCIDRs);
    device = device == null ? DeviceSpec.DEFAULT : device;
    gatewaysPerLocation = gatewaysPerLocation == null ? (Integer) 1 : gatewaysPerLocation;
    encapsulation = encapsulation == null ? EncapsulationSpec.DEFAULT : encapsulation;
    persistentKeepalive = persistentKeepalive == null ? "25s" : persistentKeepalive;
    nodeTraffic = nodeTraffic == null ? NodeTraffic.INTERNAL_IPS : nodeTraffic;
    cni = cni == null ? CniSpec.DEFAULT : cni;
    masquerade = masquerade == null ? Masquerade.AUTO : masquerade;
    firewall = firewall == null ? FirewallBackend.AUTO : firewall;
    routing = routing == null ? RoutingSpec.DEFAULT : routing;
    clientDNS = clientDNS == null ? List.of() : List.copyOf(clientDNS);
    egress = egress == null ? List.of() : List.copyOf(egress);
    allowedExitCIDRs = allowedExitCIDRs == null ? List.of() : List.copyOf(allowedExitCIDRs);
    internalEndpoints =
        internalEndpoints == null ? InternalEndpoints.LAST_RESORT : internalEndpoints;
    locations = locations == null ? List.of() : List.copyOf(locations);
  }

  /** Whether another CNI attaches pods and carries their packets inside a location. */
  public boolean besideOtherCni() {
    return podNetwork == null
        ? overlay != null && overlay != Overlay.NONE
        : podNetwork == PodNetworkOwner.EXTERNAL;
  }

  /**
   * The same with a CNI in overlay where podNetwork is External: agents of 0.0.1 read overlay
   * alone, and would attach pods.
   */
  public WireGuardMeshSpec forOlderAgents() {
    if (!besideOtherCni() || (overlay != null && overlay != Overlay.NONE)) {
      return this;
    }
    return new WireGuardMeshSpec(
        granularity,
        nodeSelector,
        locationLabel,
        addresses,
        podCIDRs,
        serviceCIDRs,
        nodeCIDRs,
        allowedLocationCIDRs,
        peerCIDRs,
        device,
        gatewaysPerLocation,
        encapsulation,
        persistentKeepalive,
        nodeTraffic,
        apiServer,
        podNetwork,
        cni,
        Overlay.CILIUM,
        masquerade,
        firewall,
        routing,
        clientDNS,
        egress,
        allowedExitCIDRs,
        internalEndpoints,
        locations);
  }

  /** Whether Weft's own CNI configuration attaches pods, and no other network does. */
  public boolean attachesPods() {
    return cni.enabled() && !besideOtherCni();
  }
}
