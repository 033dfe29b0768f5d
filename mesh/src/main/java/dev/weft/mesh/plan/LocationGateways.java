package dev.weft.mesh.plan;

import dev.weft.mesh.problem.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The gateway of each location of a mesh, and what stands in the way of having one that can be
 * reached.
 */
final class LocationGateways {
  private final String mesh;
  private final Map<String, List<GatewayChoice.Candidate>> candidates = new TreeMap<>();
  private final List<Problem> problems = new ArrayList<>();

  LocationGateways(String mesh) {
    this.mesh = mesh;
  }

  void add(String location, GatewayChoice.Candidate candidate) {
    candidates.computeIfAbsent(location, l -> new ArrayList<>()).add(candidate);
  }

  List<Problem> problems() {
    return problems;
  }

  /** Name of the gateway by location; a location that has none is absent. */
  Map<String, String> choose() {
    Map<String, String> gateways = new TreeMap<>();
    Set<String> reachable = new HashSet<>();
    candidates.forEach(
        (location, nodes) -> {
          var chosen = GatewayChoice.choose(nodes);
          chosen.ifPresent(name -> gateways.put(location, name));
          chosen
              .filter(
                  name -> nodes.stream().anyMatch(c -> c.name().equals(name) && c.hasEndpoint()))
              .ifPresent(name -> reachable.add(location));
          if (chosen.isEmpty() && nodes.stream().anyMatch(GatewayChoice.Candidate::hasKey)) {
            warn(
                "status.locations[" + location + "]",
                "NoGateway",
                "every node of location %s has weft.dev/gateway: \"false\"; take it off one of them"
                    .formatted(location));
          }
        });
    var hidden = gateways.keySet().stream().filter(l -> !reachable.contains(l)).toList();
    if (hidden.size() > 1) {
      warn(
          "status.locations",
          "NoPath",
          "locations %s have no endpoint, so no two of them can open a tunnel; set weft.dev/endpoint on a node of all but one"
              .formatted(String.join(", ", hidden.subList(0, Math.min(5, hidden.size())))));
    }
    return gateways;
  }

  private void warn(String field, String reason, String message) {
    problems.add(Problem.warning("WireGuardMesh", mesh, field, reason, message));
  }
}
