package dev.weft.mesh.plan.gateway;

import dev.weft.mesh.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The gateway of each location of a mesh, and what stands in the way of having one that can be
 * reached.
 */
public final class LocationGateways {
  /** How long a location without a gateway waits for better nodes than the first that report. */
  private static final long SETTLE_SECONDS = 5;

  private final String mesh;
  private final long now;
  private long settlesAt;
  private final Map<String, List<GatewayChoice.Candidate>> candidates = new TreeMap<>();
  private final List<Problem> problems = new ArrayList<>();

  /**
   * Nothing is known yet.
   *
   * @param mesh by name
   * @param now seconds of the epoch
   */
  public LocationGateways(String mesh, long now) {
    this.mesh = mesh;
    this.now = now;
  }

  public void add(String location, GatewayChoice.Candidate candidate) {
    candidates.computeIfAbsent(location, l -> new ArrayList<>()).add(candidate);
  }

  public List<Problem> problems() {
    return problems;
  }

  /**
   * When a location that waits for better nodes waits no longer, seconds of the epoch; 0: none
   * waits.
   */
  public long settlesAt() {
    return settlesAt;
  }

  /** Name of the gateway by location; a location that has none, or none yet, is absent. */
  public Map<String, String> choose() {
    Map<String, String> gateways = new TreeMap<>();
    var hidden = new ArrayList<String>();
    var unseen = new ArrayList<String>();
    candidates.forEach(
        (location, nodes) -> {
          if (settles(nodes)) {
            return;
          }
          var chosen = GatewayChoice.choose(nodes);
          chosen.ifPresent(name -> gateways.put(location, name));
          nodes.stream()
              .filter(c -> c.name().equals(chosen.orElse("")) && !c.hasEndpoint())
              .forEach(c -> (c.isObserved() ? hidden : unseen).add(location));
          if (chosen.isEmpty() && nodes.stream().anyMatch(GatewayChoice.Candidate::hasKey)) {
            warn(
                "status.locations[" + location + "]",
                "NoGateway",
                "every node of location %s has weft.dev/gateway: \"false\"; take it off one of them"
                    .formatted(location));
          }
        });
    if (!unseen.isEmpty() && unseen.size() + hidden.size() > 1) {
      hidden.addAll(unseen);
      warn(
          "status.locations",
          "NoPath",
          "locations %s have no endpoint, and %s were not seen by a node that has one, and no tunnel between them has opened at internal addresses, which are called unless spec.internalEndpoints is Never; set weft.dev/endpoint on a node of all but one, let a node with an endpoint join, or route their networks to each other"
              .formatted(some(hidden), some(unseen)));
    }
    return gateways;
  }

  private static String some(List<String> locations) {
    return String.join(", ", locations.stream().sorted().limit(5).toList());
  }

  private boolean settles(List<GatewayChoice.Candidate> nodes) {
    long first =
        nodes.stream()
            .mapToLong(GatewayChoice.Candidate::reportedAt)
            .filter(at -> at > 0)
            .min()
            .orElse(0);
    long until = first + SETTLE_SECONDS;
    // Clocks differ: a report from the future is none to wait for.
    if (now < first || now >= until || !GatewayChoice.awaitsABetter(nodes)) {
      return false;
    }
    settlesAt = settlesAt == 0 ? until : Math.min(settlesAt, until);
    return true;
  }

  private void warn(String field, String reason, String message) {
    problems.add(Problem.warning("WireGuardMesh", mesh, field, reason, message));
  }
}
