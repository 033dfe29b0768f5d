package dev.weft.operator.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which published nodes go. Pure.
 *
 * <p>A mesh more than half of whose nodes vanish without anybody having deleted them is held: an
 * empty answer of a restored or wrong API server must not take the network down.
 *
 * @param delete names to delete now
 * @param held meshes for which nothing is published until it is clear, with the nodes missed
 */
record Removal(List<String> delete, Map<String, Set<String>> held) {

  /**
   * Why a published node is no longer wanted.
   *
   * @param mesh the mesh it was published for
   * @param node its name
   * @param explained whether its Node or mesh was deleted, or is selected otherwise, on purpose
   */
  record Unwanted(String mesh, String node, boolean explained) {}

  /**
   * Decides.
   *
   * @param published how many nodes each mesh has published
   */
  static Removal of(List<Unwanted> unwanted, Map<String, Integer> published) {
    var unexplained = new TreeMap<String, Set<String>>();
    for (var one : unwanted) {
      if (!one.explained()) {
        unexplained.computeIfAbsent(one.mesh(), mesh -> new TreeSet<>()).add(one.node());
      }
    }
    unexplained
        .entrySet()
        .removeIf(mesh -> mesh.getValue().size() * 2 <= published.getOrDefault(mesh.getKey(), 0));
    var delete = new ArrayList<String>();
    for (var one : unwanted) {
      if (one.explained() || !unexplained.containsKey(one.mesh())) {
        delete.add(one.node());
      }
    }
    return new Removal(delete, unexplained);
  }
}
