package dev.weft.agent.boot;

import dev.weft.mesh.desired.BootFilter;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The table {@code inet weft_boot}, in nft(8)'s words. */
final class BootFilterText {
  static final String TABLE = "inet weft_boot";

  /** Succeeds also where there is none. */
  static final String REMOVE = "add table %s\ndelete table %s\n".formatted(TABLE, TABLE);

  /** A name of a link may hold all but a space and a slash; nft(8) reads some as its own words. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.@-]+");

  private BootFilterText() {}

  /**
   * Puts the whole table in the place of what is there, in one transaction; empty: there is no link
   * that can be named.
   */
  static String of(BootFilter filter) {
    var outside =
        filter.outside().stream()
            .filter(link -> PLAIN.matcher(link).matches())
            .map(link -> '"' + link + '"')
            .toList();
    if (outside.isEmpty()) {
      return "";
    }
    var links = "{ " + String.join(", ", outside) + " }";
    return "# What a node holds back after a boot until Weft's agent has programmed it.\n"
        + "# The agent writes this file; deploy/boot/weft-boot-filter.service loads it.\n"
        + REMOVE
        + """
        table %s {
        %s  chain forward {
            type filter hook forward priority -10; policy accept;
            iifname %3$s oifname %3$s ip saddr @from4 ip daddr != @near4 counter drop
            iifname %3$s oifname %3$s ip6 saddr @from6 ip6 daddr != @near6 counter drop
          }
          chain postrouting {
            type filter hook postrouting priority 300; policy accept;
            oifname %3$s ip daddr @closed4 counter drop
            oifname %3$s ip6 daddr @closed6 counter drop
          }
        }
        """
            .formatted(
                TABLE,
                sets("closed", filter.closed())
                    + sets("from", filter.sources())
                    + sets("near", filter.near()),
                links);
  }

  private static String sets(String name, List<Prefix> prefixes) {
    return set(name + "4", "ipv4_addr", Family.IPV4, prefixes)
        + set(name + "6", "ipv6_addr", Family.IPV6, prefixes);
  }

  private static String set(String name, String type, Family family, List<Prefix> prefixes) {
    var elements =
        prefixes.stream()
            .filter(p -> p.family() == family)
            .map(Prefix::toString)
            .collect(Collectors.joining(", "));
    return "  set %s { type %s; flags interval; %s}\n"
        .formatted(name, type, elements.isEmpty() ? "" : "elements = { " + elements + " } ");
  }
}
