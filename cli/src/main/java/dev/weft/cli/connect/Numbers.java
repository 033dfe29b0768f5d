package dev.weft.cli.connect;

import java.util.Set;

/**
 * What a connection calls its own on a host.
 *
 * @param device link name
 * @param table routing table of the mesh's prefixes; the next one holds a default route
 * @param priority first of four rule priorities
 */
record Numbers(String device, int table, int priority) {
  /** Mark of WireGuard's own packets, and its mask; as an agent has it. */
  static final int MARK = 0x1000;

  static final int FIRST_TABLE = 7060;
  static final int FIRST_PRIORITY = 7100;
  private static final int MOST = 10;

  /** Numbers that are free; the lowest. */
  static Numbers free(String device, Set<Integer> tables, Set<Integer> priorities) {
    for (int i = 0; i < MOST; i++) {
      int table = FIRST_TABLE + 2 * i;
      int priority = FIRST_PRIORITY + 10 * i;
      if (!tables.contains(table)
          && !tables.contains(table + 1)
          && priorities.stream().noneMatch(p -> p >= priority && p < priority + 10)) {
        return new Numbers(device, table, priority);
      }
    }
    throw new dev.weft.cli.InputException(
        "routing tables %d to %d or rules %d to %d are all in use; see 'ip rule'"
            .formatted(
                FIRST_TABLE,
                FIRST_TABLE + 2 * MOST - 1,
                FIRST_PRIORITY,
                FIRST_PRIORITY + 10 * MOST - 1));
  }
}
