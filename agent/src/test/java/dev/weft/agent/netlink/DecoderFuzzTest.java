package dev.weft.agent.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coverage-guided fuzzing (Jazzer) of all that reads messages, in a JVM of its own. */
class DecoderFuzzTest {
  private static final int NO_FINDING = 0;
  private static final int FINDING = 77;
  private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs in (\\d+) second");

  @TempDir Path directory;

  private record Fuzzing(int status, String output) {}

  @Test
  void nothingButMalformedIsThrown() throws Exception {
    var fuzzing = fuzz(DecoderFuzzTarget.class, 10);
    assertEquals(NO_FINDING, fuzzing.status(), fuzzing.output());
    var runs = RUNS.matcher(fuzzing.output());
    assertTrue(runs.find(), fuzzing.output());
    System.out.printf("measured: %s messages fuzzed in %s s%n", runs.group(1), runs.group(2));
    assertTrue(Long.parseLong(runs.group(1)) > 10_000, runs.group());
  }

  @Test
  void plantedDefectIsFound() throws Exception {
    var fuzzing = fuzz(PlantedBugFuzzTarget.class, 60);
    assertEquals(FINDING, fuzzing.status(), fuzzing.output());
    assertTrue(fuzzing.output().contains("PlantedBugFuzzTarget.count"), fuzzing.output());
    assertTrue(fuzzing.output().contains("ArrayIndexOutOfBoundsException"), fuzzing.output());
  }

  private Fuzzing fuzz(Class<?> target, int seconds) throws IOException, InterruptedException {
    var log = directory.resolve("log");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=dev.weft.**",
                "-max_total_time=" + seconds,
                // Only the hooks that steer the fuzzer; the decoder opens no files and runs no
                // commands.
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.*",
                "-max_len=4096",
                "-timeout=5",
                "-seed=1",
                "-artifact_prefix=" + directory + "/",
                seeds().toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int status = process.waitFor();
    return new Fuzzing(status, Files.readString(log, UTF_8));
  }

  /** The captured messages, behind the byte that says of which protocol they are. */
  private Path seeds() throws IOException {
    var seeds = Files.createDirectories(directory.resolve("seeds"));
    Captured.all()
        .forEach(
            (name, hex) -> {
              boolean generic = List.of("device", "family").contains(name);
              try {
                Files.write(
                    seeds.resolve(name.replace(' ', '-')),
                    Captured.bytes((generic ? "01" : "00") + hex));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return seeds;
  }
}
