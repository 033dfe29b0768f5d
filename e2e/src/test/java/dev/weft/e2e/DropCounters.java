package dev.weft.e2e;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.util.Map;
import java.util.TreeMap;

/**
 * Linux's counters of packets that were dropped, by place and name: what explains a loss that
 * nothing else does.
 */
record DropCounters(Map<String, Long> byName) {
  private static final String READ =
      """
      awk 'FNR % 2 { split($0, name); next }
        { for (i = 2; i <= NF; i++) if (name[i] ~ /Discards|Err|NoRoutes|NoPorts|Fail|Drop|Filter/) print name[1] name[i], $i }' \
        /proc/net/snmp /proc/net/netstat
      for f in /sys/class/net/*/statistics/{rx,tx}_{dropped,errors}; do echo "${f#/sys/class/net/} $(cat "$f")"; done
      conntrack -S 2>/dev/null | tr ' ' '\n' |
        awk -F= '$1 ~ /invalid|drop|failed|error|clash/ { n[$1] += $2 } END { for (c in n) print "conntrack:" c, n[c] }'
      """;

  /** Those of a machine; none of one that is off. */
  static DropCounters of(String name, Place place) {
    var counters = new TreeMap<String, Long>();
    for (var line : Shell.script(place, READ).out().lines().toList()) {
      int space = line.lastIndexOf(' ');
      if (space > 0 && line.substring(space + 1).matches("\\d+")) {
        counters.put(
            name + " " + line.substring(0, space), Long.parseLong(line.substring(space + 1)));
      }
    }
    return new DropCounters(counters);
  }

  DropCounters and(DropCounters other) {
    var all = new TreeMap<>(byName);
    all.putAll(other.byName);
    return new DropCounters(all);
  }

  /** What has grown since. */
  Map<String, Long> grownSince(DropCounters before) {
    var grown = new TreeMap<String, Long>();
    byName.forEach(
        (name, now) -> {
          long by = now - before.byName.getOrDefault(name, 0L);
          if (by > 0) {
            grown.put(name, by);
          }
        });
    return grown;
  }
}
