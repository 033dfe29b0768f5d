package dev.weft.e2e.cluster;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Helm;
import dev.weft.e2e.lab.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The programs and images of a cluster, built where they are missing.
 *
 * @param programs see {@code e2e/tools/kubernetes-programs.sh}
 * @param images see {@code e2e/tools/cluster-images.sh}
 */
record ClusterPrograms(Path programs, Path images, Path helm) {
  private static final Duration LONGEST = Duration.ofMinutes(80);

  /** Builds or finds them. */
  static ClusterPrograms of(Path repository, Progress progress) {
    var programs = tool(repository, "e2e/tools/kubernetes-programs.sh");
    progress.say("programs of Kubernetes");
    tool(repository, "deploy/images/build");
    var command = new ArrayList<>(List.of("e2e/tools/cluster-images.sh", programs));
    for (var name : List.of("agent", "operator", "cli")) {
      command.add(repository.resolve("target/images/" + name + ".oci.tar").toString());
    }
    var images = tool(repository, command.toArray(String[]::new));
    progress.say("images of Weft and of the cluster");
    return new ClusterPrograms(Path.of(programs), Path.of(images), Helm.binary(repository));
  }

  private static String tool(Path repository, String... command) {
    var argv = new ArrayList<>(List.of(command));
    argv.set(0, repository.resolve(command[0]).toString());
    return Shell.run(Place.HOST, LONGEST, "", argv).orThrow().strip();
  }
}
