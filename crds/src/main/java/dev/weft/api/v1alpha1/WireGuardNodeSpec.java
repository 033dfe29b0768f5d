package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one node, broadcast to all agents of the mesh; written by the operator
 * alone.
 *
 * @param mesh the mesh
 * @param location the node's location
 * @param role what the node is to other locations
 * @param addresses mesh addresses, one per family, without prefix length; never changed
 * @param podCIDRs accepted pod CIDRs
 * @param internalIPs accepted internal IPs; meshed and used inside the location
 * @param locationCIDRs accepted prefixes behind the node's location
 * @param persistentKeepalive what this node uses towards its peers; absent: none
 * @param devices by lane; empty while the node has no vetted key
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WireGuardNodeSpec(
    @Required String mesh,
    @Required String location,
    @Required NodeRole role,
    List<String> addresses,
    @JsonProperty("podCIDRs") List<String> podCIDRs,
    @JsonProperty("internalIPs") List<String> internalIPs,
    @JsonProperty("locationCIDRs") List<String> locationCIDRs,
    @Nullable String persistentKeepalive,
    List<NodeDevice> devices) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public WireGuardNodeSpec {
    addresses = addresses == null ? List.of() : List.copyOf(addresses);
    podCIDRs = podCIDRs == null ? List.of() : List.copyOf(podCIDRs);
    internalIPs = internalIPs == null ? List.of() : List.copyOf(internalIPs);
    locationCIDRs = locationCIDRs == null ? List.of() : List.copyOf(locationCIDRs);
    devices = devices == null ? List.of() : List.copyOf(devices);
  }
}
