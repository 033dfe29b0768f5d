package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent has to tell; written by it alone.
 *
 * @param devices by lane
 * @param facts what it found on the node
 * @param observedEndpoints where it sees peers without a configured endpoint
 * @param peers tunnels
 * @param appliedRevision hash of the last view it has applied without error
 * @param conditions preflight, drift, refusals
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NodeReportSpec(
    @Size(max = 16) List<ReportedDevice> devices,
    @Nullable NodeFactsReport facts,
    @Size(max = 1024) List<ObservedEndpoint> observedEndpoints,
    @Size(max = 5000) List<ReportedPeer> peers,
    @Nullable @Size(max = 128) String appliedRevision,
    @Size(max = 32) List<Condition> conditions) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public NodeReportSpec {
    devices = devices == null ? List.of() : List.copyOf(devices);
    observedEndpoints = observedEndpoints == null ? List.of() : List.copyOf(observedEndpoints);
    peers = peers == null ? List.of() : List.copyOf(peers);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
