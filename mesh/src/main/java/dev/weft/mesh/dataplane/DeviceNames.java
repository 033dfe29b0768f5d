package dev.weft.mesh.dataplane;

import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.List;
import java.util.stream.IntStream;

/** Link names of a node's WireGuard devices. */
public final class DeviceNames {
  private DeviceNames() {}

  /**
   * The name of lane 0 is that of {@code spec.device}; a further lane's has its digit appended.
   * With 13 characters at most of the first, all fit into the 15 that a link's name has.
   */
  public static String of(MeshView view, DeviceId device) {
    return of(view.mesh().spec().device().name(), device.lane());
  }

  /** The names of all lanes that a node may have, that of lane 0 first. */
  public static List<String> all(String first) {
    return IntStream.rangeClosed(0, MeshNode.MAX_ORDINAL).mapToObj(j -> of(first, j)).toList();
  }

  private static String of(String first, int lane) {
    return lane == 0 ? first : first + lane;
  }
}
