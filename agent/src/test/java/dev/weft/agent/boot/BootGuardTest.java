package dev.weft.agent.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.config.OptionReader;
import dev.weft.mesh.desired.BootFilter;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that the next boot loads. */
class BootGuardTest {
  private static final BootFilter FILTER =
      new BootFilter(List.of("wan"), List.of(Prefix.parse("10.42.3.0/24")), List.of(), List.of());

  @TempDir Path directory;

  @BeforeEach
  void makeTheStateDirectory() throws IOException {
    Files.createDirectories(directory.resolve("state"));
  }

  private BootGuard guard() {
    return new BootGuard(directory.resolve("state"), directory.resolve("run"), Optional.empty());
  }

  private Path file() {
    return directory.resolve("state").resolve(BootGuard.FILE);
  }

  @Test
  void aNodeThatLosesItsLinksKeepsTheFile() throws IOException {
    guard().programmed(FILTER, true);
    var before = Files.readString(file());
    assertTrue(before.contains("\"wan\""), before);
    guard().programmed(FILTER.on(List.of()), true);
    assertEquals(before, Files.readString(file()));
    guard().programmed(BootFilter.NONE, true);
    assertFalse(Files.exists(file()), "the node is in no mesh");
  }

  @Test
  void aFileThatSomebodyDeletesOrTruncatesIsWrittenAgain() throws IOException {
    var guard = guard();
    guard.programmed(FILTER, true);
    var whole = Files.readString(file());
    Files.delete(file());
    guard.programmed(FILTER, true);
    assertEquals(whole, Files.readString(file()));
    Files.writeString(file(), whole.substring(0, whole.length() / 2));
    guard().programmed(FILTER, true);
    assertEquals(whole, Files.readString(file()));
  }

  @Test
  void theUnitLoadsTheFileUnderTheAgentsDefaults() throws Exception {
    var options = OptionReader.read(List.of("--node-name=a"), Map.of());
    var file = options.stateDirectory().resolve(BootGuard.FILE);
    var marker = options.runDirectory().resolve(BootGuard.MARKER);
    var unit = Files.readAllLines(Path.of("../deploy/boot/weft-boot-filter.service"));
    var uses = List.of("ConditionPathExists=" + file, "ConditionPathExists=!" + marker);
    assertEquals(uses, unit.stream().filter(l -> l.startsWith("Condition")).toList());
    assertTrue(unit.contains("RequiresMountsFor=" + options.stateDirectory()));
    assertTrue(unit.contains("ExecStart=/usr/sbin/nft -f " + file));
  }

  @Test
  void aKernelWithoutNftablesHasNothingToRemove() throws IOException {
    var guard =
        new BootGuard(
            directory.resolve("state"),
            directory.resolve("run"),
            Optional.of(new KernelWithoutNftables()));
    guard.programmed(FILTER, true);
    assertTrue(Files.exists(file()));
    assertTrue(Files.exists(directory.resolve("run").resolve(BootGuard.MARKER)));
    assertEquals(List.of("removed " + file()), guard.remove());
    assertFalse(Files.exists(directory.resolve("run").resolve(BootGuard.MARKER)));
  }
}
