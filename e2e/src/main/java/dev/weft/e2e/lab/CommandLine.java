package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** {@code kubectl weft} on the lab's nodes. */
final class CommandLine {
  private static final String AOT_CACHE = "weft.aot";
  private static final String SAMPLE = "cli/src/test/resources/plan/kilo-three-clouds.yaml";

  private final LabDirectory directory;
  private final Inventory inventory;

  CommandLine(LabDirectory directory, Inventory inventory) {
    this.directory = directory;
    this.inventory = inventory;
  }

  Output run(String node, List<String> args) {
    var command = new ArrayList<String>();
    command.add(launcher().toString());
    command.addAll(args);
    command.add("--kubeconfig=" + kubeconfig(node));
    return Shell.run(javaOn(directory.machine(node)), Shell.LIMIT, "", command);
  }

  /** The API server as the node reaches it. */
  private Path kubeconfig(String node) {
    var file = directory.root().resolve("machines").resolve(node).resolve("kubeconfig");
    try {
      if (!Files.exists(file)) {
        var text = Files.readString(directory.root().resolve("kubeconfig"));
        var host = inventory.node(node).apiAddress(inventory.topology());
        Files.writeString(
            file, text.replace("127.0.0.1:", (host.contains(":") ? "[" + host + "]" : host) + ":"));
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path launcher() {
    var repository = Path.of(inventory.repository());
    var program = Program.of(repository, "cli", List.of("../deploy/launch/find-java.sh", "weft"));
    var cache = program.folder().resolve("lib").resolve(AOT_CACHE);
    if (!Files.exists(cache)) {
      train(program.folder().resolve("weft"), repository.resolve(SAMPLE), cache);
    }
    return program.folder().resolve("weft");
  }

  private static void train(Path launcher, Path sample, Path cache) {
    try {
      var draft = Files.createTempFile("weft", ".aot");
      Shell.run(
              javaOn(new Place("host", List.of("env", "WEFT_AOT_OUTPUT=" + draft))),
              Shell.LIMIT,
              "",
              List.of(launcher.toString(), "warm-up", sample.toString()))
          .orThrow();
      Files.move(draft, cache, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Place javaOn(Place place) {
    var enter = new ArrayList<>(place.enter());
    enter.addAll(List.of("env", "JAVA_HOME=" + System.getProperty("java.home")));
    return new Place(place.name(), enter);
  }
}
