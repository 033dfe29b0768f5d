package dev.weft.mesh.diagnose;

import dev.weft.mesh.problem.Problem;
import java.util.Comparator;

/**
 * Something that is wrong.
 *
 * @param kind name of the fault, in CamelCase
 * @param object what it is about, as {@code Node/aws-1}
 * @param message what is wrong, with the other party, in one line
 * @param fix what fixes it: a command where there is one
 */
public record Fault(String kind, String object, String message, String fix)
    implements Comparable<Fault> {
  private static final Comparator<Fault> ORDER =
      Comparator.comparing(Fault::kind).thenComparing(Fault::object).thenComparing(Fault::message);

  /** What keeps the operator from taking an object as it is; the reason is the fault's name. */
  public static Fault of(Problem problem) {
    var message = problem.message();
    int semicolon = message.lastIndexOf("; ");
    var said = problem.field() + ": " + (semicolon < 0 ? message : message.substring(0, semicolon));
    var command =
        switch (problem.kind()) {
          case "Peer" -> "kubectl edit wgp " + problem.name();
          case "WireGuardMesh" -> "kubectl edit wgm " + problem.name();
          case "Node" -> "kubectl edit node " + problem.name();
          default -> "kubectl describe " + problem.kind() + " " + problem.name();
        };
    boolean cloned = problem.kind().equals("Node") && problem.reason().equals("DuplicateKey");
    return new Fault(
        cloned ? "ClonedNode" : problem.reason(),
        problem.kind() + "/" + problem.name(),
        said,
        cloned
            ? "on %s: rm /var/lib/weft/key, and restart its agent".formatted(problem.name())
            : command + (semicolon < 0 ? "" : ": " + message.substring(semicolon + 2)));
  }

  @Override
  public int compareTo(Fault other) {
    return ORDER.compare(this, other);
  }
}
