package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;

/** What egress rules make in a node's kernel, and nothing else does: of both families. */
final class EgressTraces {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String FIND =
      """
      set +e +o pipefail
      for family in -4 -6; do
        ip $family rule | grep -E '^70(08|1[1-9])'
        ip $family route show table all | grep -E 'table (7051|706[6-9]|70[7-9][0-9]|71[0-2][0-9])'
      done
      ip -d link show | grep weftex
      nft list table inet weft 2>/dev/null | grep -E 'weftex|chain exit'
      { iptables-save; ip6tables-save; } 2>/dev/null | grep -E 'weftex|WEFT-EXIT'
      true
      """;

  private EgressTraces() {}

  static String of(Place node) {
    return Shell.script(node, FIND).orThrow().strip();
  }

  /** Waits until there are none. */
  static void assertNone(Place node) {
    assertTrue(Wait.holds(LIMIT, () -> of(node).isEmpty()), () -> node.name() + "\n" + of(node));
  }
}
