package dev.weft.e2e.exec;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a command runs: a set of namespaces to enter first.
 *
 * @param name for messages
 * @param enter the command line that enters the namespaces and runs what follows; empty: the host
 */
public record Place(String name, List<String> enter) {
  /** The namespaces that this process is in. */
  public static final Place HOST = new Place("host", List.of());

  public Place {
    enter = List.copyOf(enter);
  }

  /** The command line that runs {@code argv} here. */
  public List<String> command(List<String> argv) {
    var all = new ArrayList<>(enter);
    all.addAll(argv);
    return all;
  }
}
