package dev.weft.cli.convert;

import java.util.ArrayList;
import java.util.List;

/** What a person has to read about a conversion, in the order of the objects. One thread. */
final class Notes {
  private final List<String> lines = new ArrayList<>();
  private boolean undecided;

  /** Something was rewritten, and means what it meant. */
  void info(String object, String text) {
    lines.add(object + ": " + text);
  }

  /** A person has to decide or to do something before the object is applied. */
  void decide(String object, String text) {
    undecided = true;
    lines.add("TO DO " + object + ": " + text);
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  boolean isUndecided() {
    return undecided;
  }
}
