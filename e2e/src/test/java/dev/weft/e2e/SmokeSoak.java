package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The suite for kind, driven against the lab. */
@ExtendWith(SharedLab.class)
class SmokeSoak {
  @Test
  void theSuiteForKindPassesInTheLab() {
    SharedLab.assertWell();
    var lab =
        "%s --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp %s dev.weft.e2e.LabCommand --name %s"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                Objects.requireNonNull(System.getProperty("java.class.path")),
                SharedLab.lab().directory().name());
    var output =
        Shell.run(
            Place.HOST,
            Duration.ofMinutes(8), // it starts a JVM for each look
            "",
            List.of(
                "env",
                "WEFT_LAB=" + lab,
                SharedLab.REPOSITORY.resolve("e2e/kind/smoke").toString(),
                "lab"));
    System.out.print(output.out());
    assertTrue(output.ok(), () -> output.out() + output.err());
    SharedLab.lab().forgetCaptures();
    SharedLab.assertWell();
  }
}
