package dev.weft.e2e.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.exec.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The folder of one lab, its only trace on the host besides its processes: {@code
 * /run/weft-lab/NAME}, or below {@code WEFT_LAB_DIR}.
 *
 * @param root absolute
 */
public record LabDirectory(Path root) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> PROGRAMS =
      List.of(
          "record",
          "lab-init",
          "machine-init",
          "container-init",
          "container-root",
          "pod-answer",
          "make-pki",
          "make-cluster-pki",
          "node-boot",
          "node-init",
          "keep",
          "other-cni");

  /** The folder of the lab of that name. */
  public static LabDirectory named(String name) {
    if (!name.matches("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "%s: a lab's name is up to 32 of a-z, 0-9 and -".formatted(name));
    }
    var base = Objects.requireNonNullElse(System.getenv("WEFT_LAB_DIR"), "/run/weft-lab");
    return new LabDirectory(Path.of(base).toAbsolutePath().resolve(name));
  }

  /** The lab's name. */
  public String name() {
    return String.valueOf(root.getFileName());
  }

  /** Makes the folder; fails if it exists. */
  public void create() {
    try {
      Files.createDirectories(root.getParent());
      Files.createDirectory(root);
      for (var folder :
          List.of(
              "bin",
              "pids",
              "logs",
              "machines",
              "pki",
              "capture",
              "wanted",
              "containers",
              "roots")) {
        Files.createDirectory(root.resolve(folder));
      }
      for (var program : PROGRAMS) {
        var target = root.resolve("bin").resolve(program);
        try (var in = LabDirectory.class.getResourceAsStream("/lab/" + program)) {
          Files.copy(Objects.requireNonNull(in, program), target);
        }
        target.toFile().setExecutable(true, false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(root + ": " + e.getMessage(), e);
    }
  }

  /** Removes the folder, and its parent if that is empty then. */
  public void delete() {
    if (!exists()) {
      return;
    }
    try (var files = Files.walk(root)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
      try (var others = Files.list(root.getParent())) {
        if (others.findAny().isEmpty()) {
          Files.delete(root.getParent());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(root + ": " + e.getMessage(), e);
    }
  }

  /** Whether a lab, or what a crashed one left, is there. */
  public boolean exists() {
    return Files.isDirectory(root);
  }

  /** A program of the lab. */
  public String program(String name) {
    return root.resolve("bin").resolve(name).toString();
  }

  /** What the lab holds. */
  public Inventory inventory() {
    return read("lab.json", Inventory.class)
        .orElseThrow(() -> new IllegalStateException("no lab is up here (%s)".formatted(root)));
  }

  /** Notes what the lab holds. */
  public void save(Inventory inventory) {
    write("lab.json", inventory);
  }

  /** The recorded process of that name, if it still is that process. */
  public Optional<RecordedProcess> process(String name) {
    return RecordedProcess.read(root.resolve("pids").resolve(name)).filter(RecordedProcess::alive);
  }

  /** The mount and PID namespace of the whole lab. */
  public Place lab() {
    long pid = livePid("lab");
    return new Place(
        "lab", List.of("nsenter", "--target", String.valueOf(pid), "--mount", "--pid", "--"));
  }

  /** A network namespace of the lab that is no machine: the internet, a cloud's router. */
  public Place router(String name) {
    long pid = livePid("lab");
    return new Place(
        name,
        List.of(
            "nsenter",
            "--target",
            String.valueOf(pid),
            "--mount",
            "--pid",
            "--net=" + netns(name),
            "--"));
  }

  /** Only the network of a machine or router: files and processes are the host's. */
  public Place networkOnly(String netns) {
    return new Place(netns, List.of("nsenter", "--net=" + netns(netns), "--"));
  }

  /** Where the host finds a network namespace of the lab. */
  public Path netns(String name) {
    return Path.of("/proc/" + livePid("lab") + "/root/run/netns/" + name);
  }

  /** All namespaces of a machine. */
  public Place machine(String name) {
    long pid = livePid("machine-" + name);
    return new Place(
        name,
        List.of(
            "nsenter",
            "--target",
            String.valueOf(pid),
            "--mount",
            "--uts",
            "--pid",
            "--net",
            "--"));
  }

  /** Where the host finds the network namespace of a pod. */
  public Path podNetns(PodName pod) {
    long pid = livePid("machine-" + pod.node());
    return Path.of("/proc/" + pid + "/root/run/netns/cni-" + pod.pod());
  }

  /** A pod's network, with its node's files. */
  public Place pod(PodName pod) {
    long pid = livePid("machine-" + pod.node());
    return new Place(
        pod.toString(),
        List.of(
            "nsenter",
            "--target",
            String.valueOf(pid),
            "--mount",
            "--uts",
            "--pid",
            "--net=" + podNetns(pod),
            "--"));
  }

  private long livePid(String process) {
    return process(process)
        .map(RecordedProcess::pid)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "%s of the lab in %s does not run".formatted(process, root)));
  }

  private <T> Optional<T> read(String file, Class<T> type) {
    var path = root.resolve(file);
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(path.toFile(), type));
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": " + e.getMessage(), e);
    }
  }

  private void write(String file, Object value) {
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(root.resolve(file).toFile(), value);
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }
}
