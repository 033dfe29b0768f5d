package dev.weft.mesh.plan;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A node on its way to a decision: what was read of it, and what of that it is given. */
final class NodeDraft {
  final NodeReading reading;
  final List<Problem> problems;
  String location = "";
  List<IpAddress> internalIPs = List.of();
  List<IpAddress> meshedIPs = List.of();
  List<Prefix> podCIDRs = List.of();
  List<Prefix> locationCIDRs = List.of();
  List<IpAddress> addresses = List.of();
  boolean hasKey;
  List<String> observedEndpoints = List.of();

  NodeDraft(NodeReading reading) {
    this.reading = reading;
    this.problems = new ArrayList<>(reading.problems());
  }

  NodeInput input() {
    return reading.input();
  }

  void conflict(String field, Prefix prefix, Map.Entry<Prefix, Claim> other) {
    error(
        field,
        other.getValue().reason(),
        "%s overlaps %s, %s; it is left out, renumber one of the two"
            .formatted(prefix, other.getKey(), other.getValue()));
  }

  void error(String field, String reason, String message) {
    problems.add(Problem.error("Node", input().name(), field, reason, message));
  }

  void warn(String field, String reason, String message) {
    problems.add(Problem.warning("Node", input().name(), field, reason, message));
  }
}
