package dev.weft.mesh.problem;

import java.util.ArrayList;
import java.util.List;

/**
 * The problems of one object under collection: the first {@link #MOST}, and one that says how many
 * more there are. An object with thousands of faults costs its conditions, Events and log lines no
 * more than that. Not thread-safe.
 */
public final class Problems {
  /** Most problems that an object has, the summary not counted. */
  public static final int MOST = 16;

  private final String kind;
  private final String name;
  private final List<Problem> kept = new ArrayList<>();
  private int more;
  private Severity worst = Severity.WARNING;

  /** No problems yet of the object of that kind and name. */
  public Problems(String kind, String name) {
    this.kind = kind;
    this.name = name;
  }

  /** Adds an error: what the field asks for is left out. */
  public void error(String field, String reason, String message) {
    add(Problem.error(kind, name, field, reason, message));
  }

  /** Adds a warning. */
  public void warn(String field, String reason, String message) {
    add(Problem.warning(kind, name, field, reason, message));
  }

  /** Adds a problem; one that is there already changes nothing. */
  public void add(Problem problem) {
    if (kept.contains(problem)) {
      return;
    }
    if (kept.size() < MOST) {
      kept.add(problem);
      return;
    }
    more++;
    if (problem.severity() == Severity.ERROR) {
      worst = Severity.ERROR;
    }
  }

  /** Adds all of them. */
  public void addAll(List<Problem> problems) {
    problems.forEach(this::add);
  }

  /** Whether something asked for is left out. */
  public boolean hasErrors() {
    return toList().stream().anyMatch(p -> p.severity() == Severity.ERROR);
  }

  /** Those kept in the order of their coming, and the summary if there were more. */
  public List<Problem> toList() {
    if (more == 0) {
      return List.copyOf(kept);
    }
    var all = new ArrayList<>(kept);
    var field = kept.getLast().field().replaceFirst("[.\\[].*", "");
    all.add(
        new Problem(
            worst,
            kind,
            name,
            field,
            "MoreProblems",
            "and %d more; correct the ones above first, then the next are shown".formatted(more)));
    return List.copyOf(all);
  }
}
