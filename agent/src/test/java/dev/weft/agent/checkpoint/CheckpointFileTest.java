package dev.weft.agent.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.view.Published;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.trial.LearntEndpoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFileTest {
  private static final String SECRET = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
  private static final PublicKey B = new PublicKey(Published.key("b"));
  private static final Checkpoint FULL =
      new Checkpoint(
          "a",
          Optional.of(Published.mesh("a", "b")),
          Map.of("psk-phone", PresharedKey.parse(SECRET)),
          List.of("10.42.1.0/24", "fd00:42:1::/64"),
          Map.of(
              "vpn.example.com",
              List.of(IpAddress.parse("192.0.2.7"), IpAddress.parse("2001:db8::7"))),
          List.of(Endpoint.parse("10.0.0.1:6443"), Endpoint.parse("[fd00::1]:6443")),
          true,
          new LearntEndpoints(
              Map.of(
                  new PeerId("weft0", B), Endpoint.parse("192.0.2.9:40000"),
                  new PeerId("weft01", B), Endpoint.parse("[2001:db8::9]:7"))));

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("checkpoint");
  }

  private Checkpoint reread() {
    return new CheckpointFile(file()).load("a");
  }

  @Test
  void everythingComesBack() throws IOException {
    new CheckpointFile(file()).save(FULL, 1);
    assertEquals(FULL, reread());
  }

  @Test
  void nothingComesBackAsNothing() throws IOException {
    assertEquals(Checkpoint.empty("a"), reread());
    new CheckpointFile(file()).save(Checkpoint.empty("a"), 1);
    assertEquals(Checkpoint.empty("a"), reread());
  }

  @Test
  void fileIsItsOwnersAlone() throws IOException {
    new CheckpointFile(file()).save(FULL, 1);
    assertEquals(
        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file()));
  }

  @Test
  void sameContentIsNotWrittenAgain() throws IOException {
    new CheckpointFile(file()).save(FULL, 1);
    var second = new CheckpointFile(file());
    second.load("a");
    Files.delete(file());
    second.save(FULL, 2);
    assertTrue(Files.notExists(file()));
    second.save(Checkpoint.empty("a"), 3);
    assertEquals(3, second.savedAtEpochSecond());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "not json",
        "{\"version\":2,\"nodeName\":\"a\"}",
        "{\"version\":\"x\",\"nodeName\":\"a\"}",
        "{\"version\":1,\"nodeName\":\"b\"}",
        "{\"version\":1,\"nodeName\":\"a\",\"presharedKeys\":{\"s\":\"short\"}}",
        "{\"version\":1,\"nodeName\":\"a\",\"resolvedNames\":{\"x\":\"nowhere\"}}",
        "{\"version\":1,\"nodeName\":\"a\",\"learntEndpoints\":{\"weft0\":{\"k\":\"192.0.2.9:1\"}}}",
        "{\"version\":1,\"nodeName\":\"a\",\"learntEndpoints\":{\"weft0\":{\""
            + SECRET
            + "\":\"example.com:1\"}}}"
      })
  void unsoundFileIsPassedOver(String content) throws IOException {
    Files.writeString(file(), content);
    assertEquals(Checkpoint.empty("a"), reread());
  }

  @Test
  void everyTruncationIsPassedOverOrWhole() throws IOException {
    var text = CheckpointText.write(FULL);
    for (int length = 0; length < text.length; length++) {
      Files.write(file(), java.util.Arrays.copyOf(text, length));
      assertEquals(Checkpoint.empty("a"), reread(), "of length " + length);
    }
  }

  @Test
  void complaintTellsNoSecret() {
    var text = new String(CheckpointText.write(FULL), StandardCharsets.UTF_8);
    var broken = text.replace("\"podCIDRs\":[", "\"podCIDRs\":[{").getBytes(StandardCharsets.UTF_8);
    var e = assertThrows(CheckpointException.class, () -> CheckpointText.read(broken, "a"));
    assertEquals(-1, String.valueOf(e.getMessage()).indexOf(SECRET.substring(0, 8)));
    assertEquals(-1, FULL.toString().indexOf(SECRET.substring(0, 8)));
    assertNotEquals(-1, text.indexOf(SECRET), "the file itself has it, hence its mode");
  }

  @Test
  void fieldsOfANewerAgentAreNoHindrance() throws IOException {
    var text = new String(CheckpointText.write(FULL), StandardCharsets.UTF_8);
    Files.writeString(file(), text.replaceFirst("\\{", "{\"later\":1,"));
    assertEquals(FULL, reread());
  }
}
