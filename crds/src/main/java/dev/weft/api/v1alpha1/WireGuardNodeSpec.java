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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one node, broadcast to all agents of the mesh; written by the operator
 * alone.
 *
 * @param mesh the mesh
 * @param location the node's location
 * @param role what the node is to other locations
 * @param peerGateway whether the Peers of the location are attached here; in granularity Location
 *     the same as role Gateway unless the location has several, in Full and Cross one of several
 * @param ordinal number of the gateway among those of its location, from 0, where a location of the
 *     mesh has several; absent: it is the only one, or no gateway
 * @param draining whether others send through this gateway only while no other gateway of its
 *     location works; absent: no
 * @param home whether the node's location is the one through which roaming Peers reach what belongs
 *     to no location: services, other roaming Peers, locations that can't be called. At most one
 *     location of a mesh is
 * @param addresses mesh addresses, one per family, without prefix length; never changed
 * @param podCIDRs accepted pod CIDRs
 * @param internalIPs accepted internal IPs; meshed and used inside the location
 * @param meshedIPs those of the internal IPs that other locations may reach; none with nodeTraffic
 *     None, or where another node has the same address
 * @param locationCIDRs accepted prefixes behind the node's location
 * @param persistentKeepalive what this node uses towards its peers; absent: none
 * @param devices by lane, further ones on gateways that have an ordinal; empty while the node has
 *     no vetted key
 * @param encapsulations tunnels that the node's kernel can make; empty: not reported, VXLAN is
 *     taken for granted
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WireGuardNodeSpec(
    @Required
        @Size(max = 63)
        @Pattern(Cel.MESH_NAME)
        @ValidationRule(
            value = Cel.UNCHANGED,
            messageExpression =
                "'a node stays in its mesh (it is ' + oldSelf + '); delete the WireGuardNode first'")
        String mesh,
    @Required @Size(min = 1, max = 253) String location,
    @Required NodeRole role,
    @Default("false") Boolean peerGateway,
    @Nullable @Min(0) @Max(7) Integer ordinal,
    @Nullable Boolean draining,
    @Default("false") Boolean home,
    @Size(max = 2)
        @Items(@ValidationRule(value = Cel.IP, messageExpression = Cel.IP_SAYS))
        @ValidationRule(value = Cel.ONE_IP_PER_FAMILY, message = Cel.ONE_IP_PER_FAMILY_SAYS)
        @ValidationRule(value = Cel.EXTENDED_ONLY, message = Cel.EXTENDED_ONLY_SAYS)
        List<@Size(max = 45) String> addresses,
    @JsonProperty("podCIDRs")
        @Size(max = 16)
        @Items({
          @ValidationRule(value = Cel.CIDR, messageExpression = Cel.CIDR_SAYS),
          @ValidationRule(value = Cel.NO_HOST_BITS, messageExpression = Cel.NO_HOST_BITS_SAYS)
        })
        List<@Size(max = 49) String> podCIDRs,
    @JsonProperty("internalIPs")
        @Size(max = 16)
        @Items(@ValidationRule(value = Cel.IP, messageExpression = Cel.IP_SAYS))
        List<@Size(max = 45) String> internalIPs,
    @JsonProperty("meshedIPs")
        @Size(max = 16)
        @Items(@ValidationRule(value = Cel.IP, messageExpression = Cel.IP_SAYS))
        List<@Size(max = 45) String> meshedIPs,
    @JsonProperty("locationCIDRs")
        @Size(max = 64)
        @Items({
          @ValidationRule(value = Cel.CIDR, messageExpression = Cel.CIDR_SAYS),
          @ValidationRule(value = Cel.NO_HOST_BITS, messageExpression = Cel.NO_HOST_BITS_SAYS)
        })
        List<@Size(max = 49) String> locationCIDRs,
    @Nullable
        @Size(max = 20)
        @ValidationRule(value = Cel.DURATION, messageExpression = Cel.DURATION_SAYS)
        @ValidationRule(value = Cel.KEEPALIVE, messageExpression = Cel.KEEPALIVE_SAYS)
        String persistentKeepalive,
    @Size(max = 16) List<NodeDevice> devices,
    @Size(max = 4) List<EncapsulationProtocol> encapsulations) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public WireGuardNodeSpec {
    peerGateway = peerGateway == null ? Boolean.FALSE : peerGateway;
    home = home == null ? Boolean.FALSE : home;
    addresses = addresses == null ? List.of() : List.copyOf(addresses);
    podCIDRs = podCIDRs == null ? List.of() : List.copyOf(podCIDRs);
    internalIPs = internalIPs == null ? List.of() : List.copyOf(internalIPs);
    meshedIPs = meshedIPs == null ? List.of() : List.copyOf(meshedIPs);
    locationCIDRs = locationCIDRs == null ? List.of() : List.copyOf(locationCIDRs);
    devices = devices == null ? List.of() : List.copyOf(devices);
    encapsulations = encapsulations == null ? List.of() : List.copyOf(encapsulations);
  }

  /** The device of a lane, of its newest generation. */
  public Optional<NodeDevice> device(int lane) {
    return devices.stream()
        .filter(d -> d.lane() == lane)
        .max(Comparator.comparing(NodeDevice::generation));
  }
}
