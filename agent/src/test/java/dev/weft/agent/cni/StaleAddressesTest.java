package dev.weft.agent.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleAddressesTest {
  @TempDir Path folder;

  private void held(String... names) throws IOException {
    for (var name : names) {
      Files.writeString(folder.resolve(name), "sandbox\r\neth0");
    }
  }

  @Test
  void withoutABridgeNobodyHasThem() throws IOException {
    held("10.42.1.7", "fd00::1:7", "lock", "last_reserved_ip.0");
    assertEquals(
        List.of("10.42.1.7", "fd00::1:7"),
        new StaleAddresses(new HeldAddresses(folder), () -> false).release());
    assertFalse(Files.exists(folder.resolve("10.42.1.7")));
    assertTrue(Files.exists(folder.resolve("lock")));
    assertTrue(Files.exists(folder.resolve("last_reserved_ip.0")));
  }

  @Test
  void withABridgeTheRuntimeKnowsBest() throws IOException {
    held("10.42.1.7");
    assertEquals(List.of(), new StaleAddresses(new HeldAddresses(folder), () -> true).release());
    assertTrue(Files.exists(folder.resolve("10.42.1.7")));
  }

  @Test
  void anAddressGivenOutWhileOneLooksStays() throws IOException {
    held("10.42.1.7");
    var stale =
        new StaleAddresses(
            new HeldAddresses(folder),
            () -> {
              try {
                held("10.42.1.8"); // and its bridge was there before it
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
              return false;
            });
    assertEquals(List.of("10.42.1.7"), stale.release());
    assertTrue(Files.exists(folder.resolve("10.42.1.8")));
  }

  @Test
  void aNodeThatNeverHadAPodHasNothingToGiveBack() throws IOException {
    assertEquals(
        List.of(),
        new StaleAddresses(new HeldAddresses(folder.resolve("absent")), () -> false).release());
  }
}
