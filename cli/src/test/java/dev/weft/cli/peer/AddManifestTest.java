package dev.weft.cli.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cli.Main;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PrivateKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft peer add NAME --manifest}: a Peer for Git. It needs no cluster. */
class AddManifestTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    var line = Main.commandLine(args);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  @Test
  void printsThePublicKeyAloneAndWritesThePrivateOneForItsOwner(@TempDir Path folder)
      throws IOException {
    var file = folder.resolve("phone.key");
    assertEquals(
        0,
        run(
            "peer",
            "add",
            "phone",
            "--manifest",
            "-w",
            file.toString(),
            "--location",
            "gcp",
            "--expires",
            "2027-01-31T12:00:00Z",
            "--address",
            "10.4.9.9"),
        err::toString);
    var key = Files.readString(file).strip();
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertFalse(out.toString().contains(key), "a manifest for Git holds the private key");
    assertEquals(
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata:
          name: phone
        spec:
          publicKey: %s
          location: gcp
          allowedIPs:
          - 10.4.9.9/32
          expiresAt: 2027-01-31T12:00Z
        """
            .formatted(KeyPair.of(PrivateKey.parse(key)).publicKey().text()),
        out.toString());
  }

  @Test
  void withoutFileForTheKeyNothingIsPrinted() {
    assertEquals(2, run("peer", "add", "phone", "--manifest"));
    assertEquals("", out.toString());
    assertTrue(err.toString().contains("--write FILE"), err::toString);
  }

  @Test
  void routerNeedsAnAddress(@TempDir Path folder) {
    var file = folder.resolve("office.key").toString();
    assertEquals(
        2, run("peer", "add", "office", "--manifest", "-w", file, "--lan", "192.168.7.0/24"));
    assertTrue(err.toString().contains("--address"), err::toString);
    assertFalse(Files.exists(Path.of(file)), "a key of a Peer that does not exist");
  }
}
