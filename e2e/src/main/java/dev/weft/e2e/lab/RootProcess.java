package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.nio.file.Files;

/** The first process of a lab: everything in the lab ends with it. */
public final class RootProcess {
  private RootProcess() {}

  /** Starts it, and waits until the lab's namespaces are there. */
  public static void start(LabDirectory directory) {
    var log = directory.root().resolve("logs/lab.log").toString();
    Shell.run(
            Place.HOST,
            "bash",
            "-c",
            "log=$1; shift; setsid \"$@\" >>\"$log\" 2>&1 </dev/null &",
            "lab",
            log,
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--propagation",
            "private",
            directory.program("lab-init"),
            directory.root().toString())
        .orThrow();
    Wait.until(
        "the lab's first process", 10, () -> Files.exists(directory.root().resolve("ready")));
  }

  /** Ends it, if it runs, and with it everything in the lab. */
  public static void end(LabDirectory directory) {
    directory.process("lab").ifPresent(RecordedProcess::kill);
  }
}
