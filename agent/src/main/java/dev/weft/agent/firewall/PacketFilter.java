package dev.weft.agent.firewall;

import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.kernel.SeenFirewall;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** One way to program the packet filter of this node. For one thread. */
public interface PacketFilter extends AutoCloseable {
  /**
   * Reads what is ours and looks whether foreign chains let the mesh pass.
   *
   * @param wanted what {@link SeenFirewall#intact} is measured by
   */
  SeenFirewall read(DesiredFirewall wanted) throws IOException;

  /** What others' rules keep from the mesh, as of the last look, one line each with the remedy. */
  List<String> obstacles();

  /** Writes all of it unless it is right, then lets the mesh pass foreign chains. */
  void replace(DesiredFirewall wanted) throws IOException;

  /** Changes elements of sets in one transaction per family. */
  void updateSets(Map<String, List<Prefix>> add, Map<String, List<Prefix>> remove)
      throws IOException;

  /**
   * Removes what is ours, jumps in foreign chains included.
   *
   * @return whether there was anything
   */
  boolean remove() throws IOException;

  @Override
  void close();
}
