package dev.weft.e2e;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import java.util.Set;

/**
 * A fault that is really made in a lab.
 *
 * @param name what was done
 * @param seenOn node on which diagnose is run
 * @param expected what it has to name, and nothing besides: kind and object
 * @param inject makes it
 * @param mend takes it back, also where it is not there any more
 * @param mendedByTheFix whether the printed fix is a command that mends it; it is run as it stands
 */
record InjectedFault(
    String name,
    String seenOn,
    Set<String> expected,
    Runnable inject,
    Runnable mend,
    boolean mendedByTheFix) {
  InjectedFault {
    expected = Set.copyOf(expected);
  }

  /** Made and mended by scripts on the node that it is about. */
  static InjectedFault onHost(
      Lab lab, String node, String name, String kind, String inject, String mend) {
    return new InjectedFault(
        name,
        node,
        Set.of(kind + " Node/" + node),
        () -> Shell.script(lab.machine(node), inject).orThrow(),
        () -> Shell.script(lab.machine(node), mend).orThrow(),
        false);
  }

  /** Made by a manifest, and mended by deleting its objects. */
  static InjectedFault ofObjects(
      Lab lab, String node, String name, Set<String> expected, String manifest) {
    return new InjectedFault(
        name,
        node,
        expected,
        () -> lab.kubectl().input(manifest, "apply", "-f", "-").orThrow(),
        () ->
            lab.kubectl()
                .input(manifest, "delete", "--ignore-not-found", "--now", "-f", "-")
                .orThrow(),
        false);
  }

  /** The same, and it is mended by what diagnose says. */
  InjectedFault mendedByItsFix() {
    return new InjectedFault(name, seenOn, expected, inject, mend, true);
  }

  /** Whether it is of that kind. */
  boolean is(String kind) {
    return expected.stream().anyMatch(e -> e.startsWith(kind + " "));
  }

  /**
   * Whether nothing of another fault can be seen beside it: where nothing comes in at all, no echo
   * tells what the network in between drops; and what is cut into pieces that fit passes it.
   */
  boolean hides(InjectedFault other) {
    boolean silent = is("ListenPortBlocked") || is("RuleBeforeMesh");
    return (silent && (other.is("UDPFiltered") || other.is("PathMTUBlackHole")))
        || (is("LinkTooNarrow") && other.is("PathMTUBlackHole"));
  }
}
