package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.plan.gateway.GatewayChoice;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.view.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** A node on its way to a decision: what was read of it, and what of that it is given. */
final class NodeDraft {
  private static final int LONGEST_LOCATION = 253;
  private static final Set<String> FAULTS = Set.of("ViewAccepted", "Applied");

  final NodeReading reading;
  final Problems problems;
  String location;
  List<IpAddress> internalIPs = new ArrayList<>();
  List<IpAddress> meshedIPs = new ArrayList<>();
  List<Prefix> podCIDRs = new ArrayList<>();
  List<Prefix> locationCIDRs = new ArrayList<>();
  List<Endpoint> endpoints = new ArrayList<>();
  List<IpAddress> addresses = List.of();
  boolean hasKey;
  List<String> observedEndpoints = List.of();
  boolean hasFailed;

  NodeDraft(NodeReading reading) {
    this.reading = reading;
    this.problems = reading.problems();
    this.location = reading.internalIPs().isEmpty() ? ownLocation() : namedLocation();
  }

  NodeInput input() {
    return reading.input();
  }

  String name() {
    return input().name();
  }

  /** The location that it says it is in. */
  String namedLocation() {
    return reading.location().isEmpty() ? "default" : reading.location();
  }

  /** A location of its own, within the 253 characters of a location's name. */
  String ownLocation() {
    var own = "node:" + name();
    return own.length() <= LONGEST_LOCATION ? own : "node:" + Revision.of(own);
  }

  /** Takes a location of its own if none of its internal addresses is accepted. */
  void settleLocation() {
    if (internalIPs.isEmpty()) {
      location = ownLocation();
    }
  }

  /**
   * The node as a possible gateway.
   *
   * @param isObserved whether others see where it is behind its NAT
   * @param isFurther whether it is one of several gateways of its location
   * @param reportedAt seconds of the epoch; 0: not yet, or unknown
   */
  GatewayChoice.Candidate candidate(boolean isObserved, boolean isFurther, long reportedAt) {
    return new GatewayChoice.Candidate(
        name(),
        reading.preference(),
        !endpoints.isEmpty(),
        isObserved,
        hasKey,
        isSound(),
        input().liveness(),
        isPublishedIn(location) && input().published().getFirst().peerGateway(),
        isFurther,
        reading.isLeaving(),
        reportedAt);
  }

  private boolean isSound() {
    return input().report().stream()
        .flatMap(r -> r.conditions().stream())
        .noneMatch(c -> FAULTS.contains(c.getType()) && "False".equals(c.getStatus()));
  }

  /** Whether one of the published values is this one. */
  <T> boolean isInForce(Function<WireGuardNodeSpec, List<String>> values, T value) {
    var text = value.toString();
    return input().published().stream().anyMatch(p -> values.apply(p).contains(text));
  }

  /** The published device of lane 0. */
  Stream<NodeDevice> publishedDevice() {
    return input().published().stream().flatMap(p -> p.device(DeviceId.DEFAULT.lane()).stream());
  }

  boolean isPublishedIn(String otherLocation) {
    return input().published().stream().anyMatch(p -> p.location().equals(otherLocation));
  }

  /** Runs a step unless one failed before; a failure ends the planning of this node alone. */
  void step(Runnable step) {
    if (!hasFailed && !Isolation.run(problems, step)) {
      hasFailed = true;
    }
  }

  void conflict(String field, Prefix prefix, Map.Entry<Prefix, Claim> other) {
    error(
        field,
        other.getValue().reason(),
        "%s overlaps %s, %s; it is left out, renumber one of the two"
            .formatted(prefix, other.getKey(), other.getValue()));
  }

  void error(String field, String reason, String message) {
    problems.error(field, reason, message);
  }

  void warn(String field, String reason, String message) {
    problems.warn(field, reason, message);
  }
}
