package dev.weft.e2e;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Backup and restore by the very commands that docs/operations.md gives an administrator. */
final class BackupCommands {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Lab lab;
  private final Path folder;

  /**
   * @param folder where the files are kept
   */
  BackupCommands(Lab lab, Path folder) {
    this.lab = lab;
    this.folder = folder;
  }

  void backUp() {
    run("backup");
  }

  void restore() {
    run("restore");
  }

  private void run(String name) {
    var kubectl = Path.of(lab.inventory().binaries()).resolve("kubectl");
    var script =
        "set -euo pipefail; export KUBECONFIG=%s; kubectl() { %s \"$@\"; }; cd %s\n%s"
            .formatted(
                lab.directory().root().resolve("kubeconfig"), kubectl, folder, documented(name));
    Shell.run(lab.administrator(), LIMIT, "", List.of("bash", "-c", script)).orThrow();
  }

  /** The block of commands below the comment that begins with that name. */
  private static String documented(String name) {
    try {
      var text = Files.readString(SharedLab.REPOSITORY.resolve("docs/operations.md"));
      var from = text.indexOf("```bash\n", text.indexOf("<!-- " + name + ":")) + 8;
      return text.substring(from, text.indexOf("```", from));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this machine has the programs that the commands need. */
  static boolean canRun() {
    return Shell.run(Place.HOST, "sh", "-c", "command -v jq").ok();
  }
}
