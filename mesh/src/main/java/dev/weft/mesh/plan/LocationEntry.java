package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.MeshLocation;
import dev.weft.mesh.label.LabelSelection;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.plan.gateway.GatewayPreference;
import java.util.List;
import java.util.Map;

/**
 * An entry of {@code spec.locations}, as it is in force.
 *
 * @param spec as written
 * @param locationCIDRs those that no reserved range and no other entry's overlaps
 */
record LocationEntry(MeshLocation spec, List<Prefix> locationCIDRs) {
  LocationEntry {
    locationCIDRs = List.copyOf(locationCIDRs);
  }

  String name() {
    return spec.name();
  }

  /** {@code spec.locations[office]}, for messages. */
  String path() {
    return "spec.locations[" + name() + "]";
  }

  /**
   * The preference of one of its nodes as a gateway. What excludes a node counts wherever it
   * stands; an entry that prefers some nodes leaves no other one preferred.
   */
  GatewayPreference preference(Map<String, String> labels, GatewayPreference annotated) {
    var excluded = spec.excludedGateways();
    if (annotated == GatewayPreference.NEVER
        || (excluded != null && LabelSelection.matches(excluded, labels))) {
      return GatewayPreference.NEVER;
    }
    var preferred = spec.preferredGateways();
    if (preferred == null) {
      return annotated;
    }
    return LabelSelection.matches(preferred, labels)
        ? GatewayPreference.PREFERRED
        : GatewayPreference.NEUTRAL;
  }
}
