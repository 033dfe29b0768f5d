package dev.weft.mesh.diagnose;

import java.util.Comparator;

/**
 * Something that is wrong.
 *
 * @param kind name of the fault, in CamelCase
 * @param object what it is about, as {@code Node/aws-1}
 * @param message what is wrong, with the other party, in one line
 * @param fix what mends it: a command where there is one
 */
public record Fault(String kind, String object, String message, String fix)
    implements Comparable<Fault> {
  private static final Comparator<Fault> ORDER =
      Comparator.comparing(Fault::kind).thenComparing(Fault::object).thenComparing(Fault::message);

  @Override
  public int compareTo(Fault other) {
    return ORDER.compare(this, other);
  }
}
