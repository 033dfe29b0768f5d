package dev.weft.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTest {
  private static final String HOSTILE =
      "a\u001b[2J\u009b1A\r\u0007\u202e\u2028\u007f\nNODE b   Ready";

  @Test
  void nothingThatMovesACursorIsPrinted() {
    var written = new StringWriter();
    var out = VisibleWriter.of(written);
    out.println(HOSTILE);
    out.print("\u001b]0;title\u0007");
    out.write('\u009b');
    out.flush();
    assertEquals(
        "a\\u001b[2J\\u009b1A\\u000d\\u0007\\u202e\\u2028\\u007f\nNODE b   Ready\n"
            + "\\u001b]0;title\\u0007\\u009b",
        written.toString());
  }

  @Test
  void ourColoursAndLetterlessTextPassAsTheyAre() {
    var written = new StringWriter();
    var out = VisibleWriter.of(written);
    var text = Visible.red("x") + "\u001b[30;107m\u2588\u2580 J\u00fcrgen\ty\u001b[0m\n";
    out.print(text);
    out.flush();
    assertEquals(text, written.toString());
  }

  @Test
  void aTextOfTheClusterEndsNoRow() {
    var table = new Table("NAME", "DETAIL").row(true, HOSTILE, "x").text(false);
    assertEquals(2, table.lines().count(), table);
    assertTrue(table.contains("\\nNODE b"), table);
  }

  /** Each command that reads a cluster, with a hostile text in all that a cluster may hold. */
  @ParameterizedTest
  @ValueSource(strings = {"status", "nodes", "peers", "graph", "diagnose", "takeover kilo", "plan"})
  void noCommandPrintsWhatAClusterHidesInItsTexts(String command, @TempDir Path folder)
      throws IOException {
    var json =
        "\""
            + HOSTILE
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\u001b", "\\u001b")
                .replace("\u0007", "\\u0007")
            + "\"";
    var dump = folder.resolve("dump.json");
    Files.writeString(
        dump,
        """
        {"apiVersion": "v1", "kind": "Node",
         "metadata": {"name": %1$s, "labels": {"topology.kubernetes.io/region": %1$s},
           "annotations": {"weft.dev/endpoint": %1$s, "weft.dev/location": %1$s,
             "kilo.squat.ai/endpoint": %1$s, "kilo.squat.ai/location": "there"}},
         "spec": {"podCIDRs": [%1$s, "10.42.1.0/24"]},
         "status": {"addresses": [{"type": "InternalIP", "address": %1$s}]}}
        {"apiVersion": "weft.dev/v1alpha1", "kind": "WireGuardMesh", "metadata": {"name": %1$s},
         "spec": {}, "status": {"conditions": [{"type": "Ready", "status": "False",
           "reason": "x", "message": %1$s}]}}
        {"apiVersion": "weft.dev/v1alpha1", "kind": "Peer", "metadata": {"name": %1$s},
         "spec": {"publicKey": %1$s, "allowedIPs": [%1$s]},
         "status": {"conditions": [{"type": "Accepted", "status": "False", "reason": "x",
           "message": %1$s}]}}
        """
            .formatted(json));
    var option = command.equals("plan") ? List.of("-f") : List.of("--from");
    var arguments = new java.util.ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(option);
    arguments.add(dump.toString());
    var printed = printed(arguments.toArray(String[]::new));
    assertFalse(printed.isBlank());
    assertTrue(
        printed
            .chars()
            .noneMatch(c -> c != '\n' && c != '\t' && (c < ' ' || (c >= 0x7f && c < 0xa0))),
        printed);
    assertFalse(printed.contains("\u202e") || printed.contains("\u2028"), printed);
    assertTrue(printed.lines().noneMatch(l -> l.startsWith("NODE b")), printed);
  }

  private static String printed(String... arguments) {
    var before = List.of(System.out, System.err);
    var written = new ByteArrayOutputStream();
    try (var stream = new PrintStream(written, true, StandardCharsets.UTF_8)) {
      System.setOut(stream);
      System.setErr(stream);
      Main.commandLine(arguments).execute(arguments);
    } finally {
      System.setOut(before.getFirst());
      System.setErr(before.getLast());
    }
    return written.toString(StandardCharsets.UTF_8);
  }
}
