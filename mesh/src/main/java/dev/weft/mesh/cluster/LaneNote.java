package dev.weft.mesh.cluster;

import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why one of several gateways of a location carries less than its share, as agents report it.
 *
 * @param gateway name of the Node
 * @param isOut whether it carries nothing for other locations, as far as it is known
 * @param text for a person
 */
record LaneNote(String gateway, boolean isOut, String text) {
  /** Of the gateways of a location, by name; none where it has one, or where all carry. */
  static List<LaneNote> of(ClusterSnapshot snapshot, String mesh, String location) {
    var gateways =
        snapshot.nodes().stream().filter(n -> spec(n, mesh).findAny().isPresent()).toList();
    var notes = new ArrayList<LaneNote>();
    for (var gateway : gateways) {
      var own = spec(gateway, mesh).filter(s -> s.location().equals(location)).findFirst();
      if (own.isPresent()) {
        var others = gateways.stream().filter(g -> !isIn(g, mesh, location)).toList();
        var note = note(gateway, own.get(), others);
        if (!note.text().isEmpty()) {
          notes.add(note);
        }
      }
    }
    return notes;
  }

  /** As one of several gateways. */
  private static Stream<WireGuardNodeSpec> spec(NodeInput node, String mesh) {
    return node.published().stream()
        .filter(s -> s.mesh().equals(mesh) && s.role() == NodeRole.GATEWAY && s.ordinal() != null);
  }

  private static boolean isIn(NodeInput node, String mesh, String location) {
    return spec(node, mesh).anyMatch(s -> s.location().equals(location));
  }

  private static LaneNote note(NodeInput gateway, WireGuardNodeSpec spec, List<NodeInput> others) {
    var keys = spec.devices().stream().map(NodeDevice::publicKey).collect(Collectors.toSet());
    var missing = new TreeSet<String>();
    boolean isReached = false;
    for (var other : others) {
      var said = other.reaches(keys);
      isReached |= said.contains(true);
      if (said.contains(false) && !said.contains(true)) {
        missing.add(other.name());
      }
    }
    boolean isOut = !missing.isEmpty() && !isReached;
    var words = new ArrayList<String>();
    if (Boolean.TRUE.equals(spec.draining())) {
      words.add("drains");
    }
    if (isOut) {
      words.add("carries nothing, no gateway elsewhere gets an answer from it");
    } else if (!missing.isEmpty()) {
      words.add("gives no answer to " + String.join(", ", missing));
    }
    var text = words.isEmpty() ? "" : gateway.name() + " " + String.join("; it ", words);
    return new LaneNote(gateway.name(), isOut, text);
  }
}
