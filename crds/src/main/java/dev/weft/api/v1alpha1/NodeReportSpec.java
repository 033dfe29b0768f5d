package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an agent reports; written by it alone.
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
  /**
   * Types of the conditions that make a node not ready when they are False; others, such as a
   * setting of the host, are reported but leave it ready.
   */
  public static final Set<String> DECISIVE = Set.of("ViewAccepted", "Applied", "CNI");

  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public NodeReportSpec {
    devices = devices == null ? List.of() : List.copyOf(devices);
    observedEndpoints = observedEndpoints == null ? List.of() : List.copyOf(observedEndpoints);
    peers = peers == null ? List.of() : List.copyOf(peers);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** The device of a lane, of its newest generation. */
  public Optional<ReportedDevice> device(int lane) {
    return devices.stream()
        .filter(d -> d.lane() == lane)
        .max(Comparator.comparing(ReportedDevice::generation));
  }
}
