package dev.weft.e2e;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Kinds of others' in a lab's API server, for a while: it then checks what Weft has of them. */
final class ForeignKinds implements AutoCloseable {
  private final Lab lab;
  private final List<String> files;

  private ForeignKinds(Lab lab, List<String> files) {
    this.lab = lab;
    this.files = files;
  }

  /**
   * Makes them known; the API server takes a moment until it takes objects of them.
   *
   * @param project as {@code e2e/tools/foreign-crds.sh} knows it
   * @param names of its files
   */
  static ForeignKinds in(Lab lab, String project, String... names) {
    var tool = SharedLab.REPOSITORY.resolve("e2e/tools/foreign-crds.sh").toString();
    var folder =
        Shell.run(Place.HOST, Duration.ofMinutes(3), "", List.of(tool, project)).orThrow().strip();
    var files = Stream.of(names).map(n -> Path.of(folder, n).toString()).toList();
    var kinds = new ForeignKinds(lab, files);
    kinds.kubectl("apply", "--server-side");
    return kinds;
  }

  private void kubectl(String... arguments) {
    var command = new ArrayList<>(List.of(arguments));
    files.forEach(file -> command.addAll(List.of("-f", file)));
    lab.kubectl().run(command.toArray(String[]::new)).orThrow();
  }

  @Override
  public void close() {
    kubectl("delete");
  }
}
