package dev.weft.mesh.diff;

import java.util.List;

/**
 * Changes in the order in which they must be made: add before delete, parents before children.
 *
 * @param changes in order; empty: all is right
 */
public record ChangeSet(List<Change> changes) {
  public ChangeSet {
    changes = List.copyOf(changes);
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }
}
