package dev.weft.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import org.junit.jupiter.api.Test;

/** All shell scripts of the tree. */
final class ScriptsTest {
  private static final String SCRIPTS =
      """
      cd '%s'
      git ls-files | while read -r file; do
        [ -f "$file" ] && [ ! -L "$file" ] || continue
        # Few files of a source tree aren't text; those that don't start as a script are passed over.
        case $(head -c 100 "$file" | head -n 1 | tr -d '\\0') in
          '#!'*/bash* | '#!'*/sh* | '#!'*' bash'* | '# shellcheck shell='*) echo "$file" ;;
        esac
      done
      """
          .formatted(Charts.REPOSITORY);

  @Test
  void shellcheckFindsNothing() {
    var scripts = Shell.script(Place.HOST, SCRIPTS).orThrow().lines().toList();
    assertTrue(scripts.contains("e2e/kind/smoke") && scripts.contains("agent/weft-agent"));
    var check =
        "cd '%s' && shellcheck -x -f gcc -- %s"
            .formatted(Charts.REPOSITORY, String.join(" ", scripts));
    var output = Shell.run(Place.HOST, "bash", "-c", check);
    assertEquals("", output.out() + output.err());
    assertTrue(output.ok());
  }
}
