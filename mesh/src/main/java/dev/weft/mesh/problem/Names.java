package dev.weft.mesh.problem;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names of objects in a message. */
public final class Names {
  private static final int MOST = 5;

  private Names() {}

  /**
   * The first few by name, and how many more there are; such as {@code a, b, c, d, e and 2 more}.
   */
  public static String few(Collection<String> names) {
    var few = names.stream().sorted().limit(MOST).collect(Collectors.joining(", "));
    return names.size() <= MOST ? few : few + " and " + (names.size() - MOST) + " more";
  }
}
