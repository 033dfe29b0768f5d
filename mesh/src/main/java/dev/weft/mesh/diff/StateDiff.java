package dev.weft.mesh.diff;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.kernel.KernelSnapshot;
import java.util.List;

/** What has to change in a kernel so that it is as wanted. */
public final class StateDiff {
  private StateDiff() {}

  /** The changes; empty where all is right. */
  public static ChangeSet diff(DesiredState desired, KernelSnapshot seen) {
    return new ChangeSet(List.of());
  }
}
