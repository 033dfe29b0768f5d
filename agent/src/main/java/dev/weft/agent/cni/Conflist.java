package dev.weft.agent.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.mesh.net.Prefix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The CNI network of a node: a bridge, addresses from the node's own pod CIDRs, host ports.
 *
 * @param podCIDRs of the node, one per family
 * @param mtu of the pods' links; no more than the mesh carries
 * @param marker path of the file without which host-local gives no address ({@link BootMarker})
 */
public record Conflist(List<Prefix> podCIDRs, int mtu, String marker) {
  /** The bridge's link. */
  public static final String BRIDGE = "weftbr0";

  /** The network's name, by which a file is known to be ours. */
  public static final String NETWORK = "weft";

  public Conflist {
    podCIDRs = List.copyOf(podCIDRs);
  }

  /** The file's text; the same for the same value. */
  public String text() {
    var ipam = new LinkedHashMap<String, Object>();
    ipam.put("type", "host-local");
    ipam.put(
        "ranges", podCIDRs.stream().map(p -> List.of(Map.of("subnet", p.toString()))).toList());
    // Empty, so that it says nothing of DNS; that it can be read is the point.
    ipam.put("resolvConf", marker);
    var bridge = new LinkedHashMap<String, Object>();
    bridge.put("type", "bridge");
    bridge.put("bridge", BRIDGE);
    bridge.put("isGateway", true);
    bridge.put("isDefaultGateway", true);
    // Sources are kept in the mesh; what leaves it is masqueraded by the agent's own rules.
    bridge.put("ipMasq", false);
    // A pod that calls its own Service comes back by the port that it left by.
    bridge.put("hairpinMode", true);
    bridge.put("mtu", mtu);
    bridge.put("ipam", ipam);
    var portmap = new LinkedHashMap<String, Object>();
    portmap.put("type", "portmap");
    portmap.put("snat", true);
    portmap.put("capabilities", Map.of("portMappings", true));
    var list = new LinkedHashMap<String, Object>();
    list.put("cniVersion", "0.4.0");
    list.put("name", NETWORK);
    list.put("plugins", List.of(bridge, portmap));
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(list) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of text and numbers can be written", e);
    }
  }
}
