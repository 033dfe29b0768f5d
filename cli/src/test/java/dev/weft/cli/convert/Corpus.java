package dev.weft.cli.convert;

import dev.weft.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folders of {@code src/test/resources/convert}, each with an {@code old.yaml}. */
final class Corpus {
  private static final Path FOLDER = Path.of("src", "test", "resources", "convert");

  private Corpus() {}

  record Run(int code, String out, String err) {}

  static List<Path> cases() throws IOException {
    try (var folders = Files.list(FOLDER)) {
      return folders.sorted().toList();
    }
  }

  static Run run(Path file) {
    var out = new StringWriter();
    var err = new StringWriter();
    var line = Main.commandLine("convert");
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = line.execute("convert", "-f", file.toString());
    return new Run(code, out.toString(), err.toString());
  }
}
