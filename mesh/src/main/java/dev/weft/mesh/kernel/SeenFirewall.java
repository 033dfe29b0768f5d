package dev.weft.mesh.kernel;

import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.Map;

/**
 * Our packet filter as read.
 *
 * @param present whether our table is there
 * @param intact whether chains and rules equal those wanted, sets aside
 * @param sets elements of each set, sorted
 */
public record SeenFirewall(boolean present, boolean intact, Map<String, List<Prefix>> sets) {
  public SeenFirewall {
    sets = Map.copyOf(sets);
  }
}
