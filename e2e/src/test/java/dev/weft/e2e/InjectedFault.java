package dev.weft.e2e;

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
}
