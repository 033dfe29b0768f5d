package dev.weft.e2e.host;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A host as {@code ip}, {@code nft}, both {@code iptables-save}, {@code ipset}, {@code sysctl} and
 * its folders tell it, in an order and form that two readings of the same state share.
 *
 * <p>Left out is what changes by itself or means nothing: handles, counters, lifetimes, and tables
 * of iptables that hold nothing but empty built-in chains that accept.
 *
 * @param sections lines by what they are of: links, addresses, routes-4, nftables, files …
 */
public record HostState(Map<String, List<String>> sections) {
  public HostState {
    var copy = new LinkedHashMap<String, List<String>>();
    sections.forEach((name, lines) -> copy.put(name, List.copyOf(lines)));
    sections = java.util.Collections.unmodifiableMap(copy);
  }

  /** Reads the host that a place is on. */
  public static HostState read(Place place) {
    return parse(Shell.script(place, script()).orThrow());
  }

  /** What the script said, which ends with a section of that name. */
  static HostState parse(String output) {
    var sections = new LinkedHashMap<String, List<String>>();
    for (var part : output.split("(?m)^== ", -1)) {
      int eol = part.indexOf('\n');
      var title = eol < 0 ? new String[0] : part.substring(0, eol).split(" ", -1);
      if (title.length == 2) {
        var body = part.substring(eol + 1);
        sections.put(
            title[0], title[1].equals("json") ? JsonLines.of(body) : TableLines.of(title[0], body));
      }
    }
    if (sections.remove("end") == null) {
      throw new IllegalStateException("the host's state was not read to its end:\n" + output);
    }
    return new HostState(sections);
  }

  /**
   * What is different in a later state, one line each: {@code + files: …} is new, {@code - rules-4:
   * …} is gone.
   *
   * @param expected lines, in that form, that may differ
   */
  public List<String> differencesTo(HostState later, Predicate<String> expected) {
    var names = new TreeSet<>(sections.keySet());
    names.addAll(later.sections.keySet());
    var differences = new ArrayList<String>();
    for (var name : names) {
      var before = sections.getOrDefault(name, List.of());
      var after = later.sections.getOrDefault(name, List.of());
      without(before, after).forEach(line -> differences.add("- " + name + ": " + line));
      without(after, before).forEach(line -> differences.add("+ " + name + ": " + line));
    }
    differences.removeIf(expected);
    return differences;
  }

  /** All differences. */
  public List<String> differencesTo(HostState later) {
    return differencesTo(later, line -> false);
  }

  /** The lines of a section; none: nothing is there. */
  public List<String> section(String name) {
    return sections.getOrDefault(name, List.of());
  }

  /** Equal lines count as often as they are there. */
  private static List<String> without(List<String> lines, List<String> others) {
    var rest = new ArrayList<>(lines);
    others.forEach(rest::remove);
    return rest;
  }

  private static String script() {
    try (var in = HostState.class.getResourceAsStream("/lab/host-state")) {
      return new String(
          Objects.requireNonNull(in, "lab/host-state").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
