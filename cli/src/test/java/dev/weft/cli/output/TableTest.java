package dev.weft.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCellAndEmptyOnesAreShown() {
    var table = new Table("NAME", "STATE").row(true, "a-long-name", "").row(false, "b", "Unwell");
    assertEquals(
        """
        NAME          STATE
        a-long-name   -
        b             Unwell
        """,
        table.text(false));
  }

  @Test
  void onlyUnwellRowsAreColoured() {
    var table = new Table("NAME").row(true, "a").row(false, "b");
    assertEquals("NAME\na\n\u001b[31mb\u001b[0m\n", table.text(true));
  }
}
