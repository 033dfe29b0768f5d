package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A laptop behind a NAT on which a person runs {@code weft connect}. */
final class Traveller {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String KUBECONFIG = "/run/kubeconfig";

  private final Place place;
  private final String path;

  private Traveller(Place place, String path) {
    this.place = place;
    this.path = path;
  }

  /** Wires the laptop into a cloud, with a kubeconfig for the API server's public address. */
  static Traveller in(String cloud, int number) {
    return in(cloud, number, "");
  }

  /**
   * The same with more programs.
   *
   * @param programs a folder that comes first on the PATH; empty: none
   */
  static Traveller in(String cloud, int number, String programs) {
    var lab = SharedLab.lab();
    var place = lab.addClient("traveller", cloud, number);
    try {
      var config = Files.readString(lab.directory().root().resolve("kubeconfig"));
      var there = config.replace("127.0.0.1", lab.inventory().topology().apiPublic());
      Shell.run(place, LIMIT, there, List.of("sh", "-c", "umask 077; cat > " + KUBECONFIG))
          .orThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin:/usr/sbin:/sbin");
    return new Traveller(place, programs.isEmpty() ? path : programs + ":" + path);
  }

  Place place() {
    return place;
  }

  /** Runs a command of Weft's to its end. */
  Output weft(String... args) {
    return Shell.run(place, LIMIT, "", argv(args));
  }

  /** Starts {@code weft connect} and waits until it says that it is connected. */
  Process connect(String... args) {
    var all = new ArrayList<>(List.of("connect"));
    all.addAll(List.of(args));
    try {
      var log = Files.createTempFile("weft", ".log");
      var process =
          new ProcessBuilder(place.command(argv(all.toArray(String[]::new))))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      assertTrue(
          Wait.holds(LIMIT, () -> !process.isAlive() || read(log).contains("connected as")),
          () -> read(log));
      assertTrue(process.isAlive(), () -> read(log));
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a signal to the command that its state file names, and waits for its end. */
  int end(Process process, String signal) {
    run(
        "kill -%s $(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/' /run/weft/connect-weft.json)"
            .formatted(signal));
    try {
      assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs a script, which has to succeed. */
  String run(String script) {
    return Shell.script(place, withPath(script)).orThrow().strip();
  }

  /** Whether a script succeeds. */
  boolean holds(String script) {
    return Shell.script(place, withPath(script)).ok();
  }

  private String withPath(String script) {
    return "PATH='%s'\n%s".formatted(path, script);
  }

  /** Waits until an address answers. */
  void assertReaches(String address) {
    assertTrue(
        Wait.holds(LIMIT, () -> Shell.script(place, "ping -c1 -W1 " + address).ok()),
        () -> address + "\n" + run("wg show; ip rule; ip route show table all"));
  }

  private List<String> argv(String... args) {
    // Where a test's JVM ignores SIGINT, its children would, too.
    var command =
        new ArrayList<>(
            List.of(
                "env",
                "--default-signal=INT",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "KUBECONFIG=" + KUBECONFIG,
                "PATH=" + path,
                SharedLab.REPOSITORY.resolve("cli/weft").toString()));
    command.addAll(List.of(args));
    return command;
  }

  private static String read(java.nio.file.Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
