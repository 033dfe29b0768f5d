package dev.weft.agent.firewall;

import dev.weft.agent.iptables.Iptables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The tables of iptables-legacy in this network namespace, and whether others use them. */
final class LegacyTables {
  private static final List<Path> NAMES =
      List.of(Path.of("/proc/net/ip_tables_names"), Path.of("/proc/net/ip6_tables_names"));

  private final Optional<Iptables> legacy;
  private final Duration again;
  private long lookedAt;
  private String known = "";
  private boolean inUse;
  private String trouble = "";

  /**
   * Knows of none before the first look.
   *
   * @param again how long what was found in tables that exist is believed
   */
  LegacyTables(Optional<Iptables> legacy, Duration again) {
    this.legacy = legacy;
    this.again = again;
  }

  /** Looks at their names, which costs next to nothing, and into them where that is due. */
  void look() {
    var names = names();
    long now = System.nanoTime();
    boolean due = !names.isEmpty() && now - lookedAt >= again.toNanos();
    if (names.equals(known) && !due) {
      return;
    }
    known = names;
    lookedAt = now;
    inUse = false;
    trouble = "";
    if (!names.isEmpty() && legacy.isEmpty()) {
      trouble = "iptables-legacy isn't installed";
    } else if (!names.isEmpty()) {
      try {
        inUse = legacy.get().isUsedByOthers();
      } catch (IOException e) {
        trouble = String.valueOf(e.getMessage());
      }
    }
  }

  private static String names() {
    var names = new StringBuilder();
    for (var file : NAMES) {
      try {
        names.append(Files.readString(file));
      } catch (IOException e) {
        // The kernel has no ip_tables, so nothing uses it.
      }
    }
    return names.toString();
  }

  boolean exist() {
    return !known.isEmpty();
  }

  boolean inUse() {
    return inUse;
  }

  String trouble() {
    return trouble;
  }
}
