package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent found on its node.
 *
 * @param kernel uname -r
 * @param wireGuard Kernel or Userspace
 * @param firewall NFTables or IPTables
 * @param agentVersion version
 * @param links links with addresses, without Weft's own
 * @param encapsulations tunnels that its kernel can make: IPIP, VXLAN; empty: not found out
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NodeFactsReport(
    @Nullable @Size(max = 128) String kernel,
    @Nullable WireGuardImplementation wireGuard,
    @Nullable FirewallBackend firewall,
    @Nullable @Size(max = 64) String agentVersion,
    @Size(max = 256) List<ReportedLink> links,
    @Size(max = 4) List<EncapsulationProtocol> encapsulations) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public NodeFactsReport {
    links = links == null ? List.of() : List.copyOf(links);
    encapsulations = encapsulations == null ? List.of() : List.copyOf(encapsulations);
  }
}
