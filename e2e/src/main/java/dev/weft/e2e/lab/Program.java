package dev.weft.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * A built program as an image would hold it: its JARs in {@code lib/}, its launcher beside it, in a
 * folder outside the tree that is named by their content. A lab runs its programs from there, so
 * that a build doesn't replace JARs under running processes, and the AOT cache of one content is
 * made once.
 *
 * @param folder holds {@code lib/}
 */
record Program(Path folder) implements Image {
  /** Where containers see it. */
  private static final String AT = "/opt/weft";

  /** The launcher's variable for where a cache is to be recorded. */
  static final String TRAINING = "WEFT_AOT_OUTPUT";

  private static final String AOT_CACHE = "weft-agent.aot";
  private static final Duration UNUSED = Duration.ofDays(7);

  @Override
  public ContainerSpec.Mount files(boolean writable) {
    return new ContainerSpec.Mount(AT, folder.toString(), "Directory", !writable);
  }

  @Override
  public List<String> entryPoint() {
    for (var launcher : List.of("weft-agent", "weft-operator")) {
      if (Files.exists(folder.resolve(launcher))) {
        return List.of(AT + "/" + launcher);
      }
    }
    throw new IllegalStateException(folder + " has no launcher");
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("JAVA_HOME", System.getProperty("java.home"));
  }

  /**
   * The program of a module.
   *
   * @param repository the tree, built
   * @param module {@code agent} or {@code operator}
   * @param scripts its launchers, relative to the module's folder
   */
  static Program of(Path repository, String module, List<String> scripts) {
    var base = repository.resolve(module);
    try {
      var jars = jars(base.resolve("target"));
      var launchers = scripts.stream().map(base::resolve).toList();
      var folder = cache().resolve(module + "-" + digest(jars, launchers));
      if (!Files.isDirectory(folder)) {
        copy(jars, launchers, folder);
        prune();
      }
      Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
      return new Program(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the launcher looks for the classes that were loaded and linked beforehand. */
  Path aotCache() {
    return folder.resolve("lib").resolve(AOT_CACHE);
  }

  private static List<Path> jars(Path target) throws IOException {
    try (var own = Files.list(target);
        var others = Files.list(target.resolve("lib"))) {
      var jars =
          Stream.concat(own, others)
              .filter(p -> p.getFileName().toString().endsWith(".jar"))
              .filter(p -> !p.getFileName().toString().endsWith("-tests.jar"))
              .sorted()
              .toList();
      if (jars.isEmpty()) {
        throw new IllegalStateException(target + " has no JARs: build it first");
      }
      return jars;
    }
  }

  /** Names and check sums of all entries: a JAR that was only packed again is the same. */
  private static String digest(List<Path> jars, List<Path> launchers) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) 2); // of the folder's layout
      digest.update(System.getProperty("java.vm.version").getBytes(StandardCharsets.UTF_8));
      for (var launcher : launchers) {
        digest.update(Files.readAllBytes(launcher));
      }
      for (var jar : jars) {
        digest.update(jar.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        try (var zip = new ZipFile(jar.toFile())) {
          for (var entry : zip.stream().toList()) {
            digest.update(entry.getName().getBytes(StandardCharsets.UTF_8));
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, entry.getCrc()));
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Path cache() throws IOException {
    var environment = System.getenv();
    var home = Path.of(System.getProperty("user.home"), ".cache").toString();
    var shared = Path.of(environment.getOrDefault("XDG_CACHE_HOME", home), "weft");
    var own = environment.get("WEFT_CACHE");
    return Files.createDirectories((own == null ? shared : Path.of(own)).resolve("programs"));
  }

  /** All or nothing: two labs that start together make the same folder. */
  private static void copy(List<Path> jars, List<Path> launchers, Path folder) throws IOException {
    var draft = Files.createTempDirectory(cache(), "draft");
    var lib = Files.createDirectory(draft.resolve("lib"));
    for (var jar : jars) {
      Files.copy(jar, lib.resolve(Objects.requireNonNull(jar.getFileName())));
    }
    for (var launcher : launchers) {
      Files.copy(
          launcher,
          draft.resolve(Objects.requireNonNull(launcher.getFileName())),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    try {
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      delete(draft);
    }
  }

  /** Removes what no lab has started from for a week. */
  private static void prune() throws IOException {
    var old = FileTime.from(Instant.now().minus(UNUSED));
    try (var programs = Files.list(cache())) {
      for (var program : programs.toList()) {
        try {
          if (Files.getLastModifiedTime(program).compareTo(old) < 0) {
            delete(program);
          }
        } catch (NoSuchFileException e) {
          // The draft of another, which has its name by now; or another prunes, too.
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /**
   * What makes the launcher record a cache, which {@link #keepAotCache} then puts in force.
   *
   * @param lab by name: several may record at a time
   */
  Map<String, String> training(String lab) {
    return Map.of(TRAINING, Path.of(AT).resolve(folder.relativize(trained(lab))).toString());
  }

  /** Puts a recorded cache in force; false: none was recorded. */
  boolean keepAotCache(String lab) {
    try {
      if (!Files.exists(trained(lab))) {
        return false;
      }
      Files.move(trained(lab), aotCache(), StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path trained(String lab) {
    return folder.resolve("trained-" + lab + ".aot");
  }
}
