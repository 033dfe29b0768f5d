package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The commands of docs/try.md, run as they are written there, in the lab of the tests. */
@ExtendWith(SharedLab.class)
class TryItE2E {
  private static final Pattern BLOCK = Pattern.compile("(?s)```console\n(.*?)```");
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** The address of aws-1/a in a new lab. Tests before this one may have made that pod anew. */
  private static final String FIRST_POD = "10.42.1.2";

  /**
   * A command of the page.
   *
   * @param line as it is written
   * @param output what the page shows of it
   */
  private record Step(String line, List<String> output) {
    /** Column headings and sentences without a number: they are the same in every lab. */
    List<String> expected() {
      return output.stream()
          .filter(l -> l.matches("[A-Z-]{4,}( +[A-Z-]+)+ *") || l.matches("[a-z][a-z ]{20,}"))
          .map(TryItE2E::collapsed)
          .toList();
    }
  }

  /** The page cuts gcp-1 off; it is the gateway again for the tests after this one. */
  @AfterAll
  static void asBefore() {
    var kubectl = SharedLab.lab().kubectl();
    kubectl.run("delete", "wgp", "phone", "--ignore-not-found");
    SharedLab.assertWell();
    kubectl.run("annotate", "node", "gcp-2", "weft.dev/gateway=false", "--overwrite").orThrow();
    assertTrue(Wait.holds(LIMIT, () -> SharedLab.gateway("gcp").equals("gcp-1")));
    kubectl.run("annotate", "node", "gcp-2", "weft.dev/gateway-").orThrow();
    SharedLab.assertWell();
    assertEquals("gcp-1", SharedLab.gateway("gcp"));
  }

  @Test
  void everyCommandOfThePageWorksAndShowsWhatThePageShows() throws IOException {
    SharedLab.assertWell();
    int run = 0;
    int compared = 0;
    for (var step : steps()) {
      if (step.line().startsWith("make ") || step.line().equals("e2e/lab down")) {
        continue; // the lab of the tests is up, and stays
      }
      var command =
          step.line()
              .replace("e2e/lab ", "e2e/lab --name " + SharedLab.NAME + " ")
              .replace(FIRST_POD, SharedLab.pod("aws-1").address());
      var script = "cd '" + SharedLab.REPOSITORY + "' && " + command;
      var output = Shell.run(Place.HOST, LIMIT, "", List.of("bash", "-c", script));
      // diagnose exits with 1 where it names a fault
      boolean named = step.line().contains("weft diagnose") && output.out().contains("fix:");
      assertTrue(output.ok() || named, () -> step.line() + ":\n" + output);
      var shown = output.out().lines().map(TryItE2E::collapsed).toList();
      for (var line : step.expected()) {
        assertTrue(
            shown.contains(line), () -> step.line() + " does not show: " + line + "\n" + output);
        compared++;
      }
      run++;
    }
    assertTrue(run >= 12, "commands: " + run);
    assertTrue(compared >= 4, "lines that were compared: " + compared);
    Files.deleteIfExists(Path.of("/tmp/phone.conf"));
  }

  @Test
  void thePageShowsTheOutputOfEachCommandThatHasAny() throws IOException {
    var silent =
        steps().stream()
            .filter(s -> s.output().isEmpty())
            .map(Step::line)
            .filter(l -> !l.matches("e2e/lab (fault|down|weft peer) ?.*"))
            .toList();
    assertEquals(List.of(), silent);
  }

  private static String collapsed(String line) {
    return line.strip().replaceAll(" +", " ");
  }

  private static List<Step> steps() throws IOException {
    var page = Files.readString(SharedLab.REPOSITORY.resolve("docs/try.md"));
    var steps = new ArrayList<Step>();
    var blocks = BLOCK.matcher(page);
    while (blocks.find()) {
      for (var line : blocks.group(1).lines().toList()) {
        if (line.startsWith("$ ")) {
          steps.add(new Step(line.substring(2), new ArrayList<>()));
        } else {
          steps.getLast().output().add(line);
        }
      }
    }
    return steps;
  }
}
