package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code kubectl weft} on the lab's nodes, as root. */
final class CommandLine {
  private final LabDirectory directory;
  private final Inventory inventory;
  private final Path folder;

  CommandLine(LabDirectory directory, Inventory inventory) {
    this.directory = directory;
    this.inventory = inventory;
    this.folder = Path.of(inventory.repository(), "cli");
  }

  Output run(String node, List<String> args) {
    // Does nothing where the class cache is newer than the JARs; else another build's would be
    // used.
    Shell.run(withJava(Place.HOST), Shell.LIMIT, "", List.of(folder.resolve("aot").toString()))
        .orThrow();
    var command = new ArrayList<>(List.of(folder.resolve("weft").toString()));
    command.addAll(args);
    command.add("--kubeconfig=" + kubeconfig(node));
    return Shell.run(withJava(directory.machine(node)), Shell.LIMIT, "", command);
  }

  /** The administrator's, with the API server where the node reaches it. */
  Path kubeconfig(String node) {
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

  private static Place withJava(Place place) {
    var enter = new ArrayList<>(place.enter());
    enter.addAll(List.of("env", "JAVA_HOME=" + System.getProperty("java.home")));
    return new Place(place.name(), enter);
  }
}
