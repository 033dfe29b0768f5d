package dev.weft.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Columns as kubectl prints them, with unwell rows in red on a terminal. Pure. */
public final class Table {
  private record Row(boolean well, List<String> cells) {}

  private final List<String> heads;
  private final List<Row> rows = new ArrayList<>();

  /** A table without rows. */
  public Table(String... heads) {
    this.heads = List.of(heads);
  }

  /** Adds a row; an empty cell is shown as {@code -}. */
  public Table row(boolean well, Object... cells) {
    var texts = new ArrayList<String>();
    for (var cell : cells) {
      var text = Visible.line(String.valueOf(cell));
      texts.add(text.isEmpty() ? "-" : text);
    }
    rows.add(new Row(well, texts));
    return this;
  }

  /** Whether it has no rows. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Lines with a final line feed. */
  public String text(boolean colour) {
    var widths = new int[heads.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] =
          Math.max(
              heads.get(i).length(),
              rows.stream().mapToInt(r -> r.cells().get(column).length()).max().orElse(0));
    }
    var text = new StringBuilder(line(heads, widths)).append('\n');
    for (var row : rows) {
      var line = line(row.cells(), widths);
      text.append(colour && !row.well() ? Visible.red(line) : line).append('\n');
    }
    return text.toString();
  }

  private static String line(List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i));
      if (i < cells.size() - 1) {
        line.append(" ".repeat(widths[i] - cells.get(i).length() + 3));
      }
    }
    return line.toString();
  }
}
