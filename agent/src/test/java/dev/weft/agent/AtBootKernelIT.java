package dev.weft.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.boot.BootGuard;
import dev.weft.agent.checkpoint.Checkpoint;
import dev.weft.agent.checkpoint.CheckpointFile;
import dev.weft.agent.config.AgentOptions;
import dev.weft.agent.config.OptionException;
import dev.weft.agent.config.OptionReader;
import dev.weft.agent.kernel.Kernel;
import dev.weft.agent.kernel.Ownership;
import dev.weft.agent.kernel.Runner;
import dev.weft.agent.kernel.Shell;
import dev.weft.agent.view.Published;
import dev.weft.agent.view.PublishedMesh;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.trial.LearntEndpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft-agent --restore} on a node whose boot filter is loaded. */
class AtBootKernelIT {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first
  private Runner runner;

  @BeforeEach
  void start() {
    runner = new Runner(directory.resolve("run/userspace"));
    Shell.run("ip link add ground type bridge; ip addr add 10.0.0.1/24 dev ground");
    Shell.run("ip link set ground up; nft add table inet weft_boot");
  }

  @AfterEach
  void end() throws IOException {
    try (var kernel = Kernel.open(Agent.kernelOptions(options()))) {
      kernel.cleanUp(Ownership.defaults());
    }
    runner.close();
    Shell.run("ip link del ground; nft delete table inet weft_boot 2>/dev/null || true");
  }

  private AgentOptions options() {
    try {
      return OptionReader.read(
          List.of(
              "--restore",
              "--node-name=a",
              "--state-dir=" + directory.resolve("state"),
              "--run-dir=" + directory.resolve("run")),
          Map.of());
    } catch (OptionException e) {
      throw new IllegalStateException(e);
    }
  }

  private String restore(Optional<PublishedMesh> published)
      throws IOException, InterruptedException {
    var state = Files.createDirectories(directory.resolve("state"));
    var saved =
        new Checkpoint(
            "a",
            published,
            Map.of(),
            List.of("10.42.1.0/24"),
            Map.of(),
            List.of(Endpoint.parse("203.0.113.5:6443")),
            false,
            LearntEndpoints.NONE);
    new CheckpointFile(state.resolve("checkpoint")).save(saved, NOW.getEpochSecond());
    return AtBoot.run(options(), Map.of(), NOW);
  }

  private static boolean isLoaded() {
    return Shell.run("nft list tables").contains("weft_boot");
  }

  /** Its packets would leave by the default route. */
  @Test
  void aNodeOfWhichNothingWasRestoredStaysClosed() throws IOException, InterruptedException {
    for (var published :
        List.of(Optional.<PublishedMesh>empty(), Optional.of(Published.mesh("b")))) {
      var said = restore(published);
      assertTrue(said.contains("nothing to restore"), said);
      assertTrue(isLoaded(), said);
    }
  }

  @Test
  void aNodeThatWasRestoredIsOpen() throws IOException, InterruptedException {
    var said = restore(Optional.of(Published.mesh("a", "b")));
    assertTrue(said.startsWith("mesh main restored"), said);
    assertFalse(isLoaded(), said);
    assertTrue(Files.exists(directory.resolve("run").resolve(BootGuard.MARKER)));
  }
}
