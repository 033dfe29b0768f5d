package dev.weft.agent.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PrivateKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFileTest {
  private static final String SOUND = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";

  @TempDir Path directory;

  private Path written(String content) throws IOException {
    var file = directory.resolve("key");
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  /** Captured: {@code echo PRIVATE | wg pubkey}. */
  @Test
  void publicKeyIsWhatWgPubkeyPrints() {
    assertEquals(
        "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=",
        KeyPairs.of(PrivateKey.parse(SOUND)).publicKey().text());
  }

  @Test
  void keyIsMadeOnceAndOnlyForItsOwner() throws IOException {
    var file = directory.resolve("key");
    var first = KeyFile.loadOrCreate(file);
    assertEquals(first, KeyFile.loadOrCreate(file));
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    try (var files = Files.list(directory)) {
      assertEquals(1, files.count(), "no temporary file is left");
    }
  }

  @Test
  void wgGenkeysFileIsRead() throws IOException {
    var file = written(SOUND + "\n");
    assertEquals(SOUND, KeyFile.loadOrCreate(file).privateKey().reveal());
  }

  @Test
  void manyThatStartAtOnceGetTheSameKey() throws Exception {
    var file = directory.resolve("key");
    try (var threads = Executors.newFixedThreadPool(8)) {
      Callable<KeyPair> load = () -> KeyFile.loadOrCreate(file);
      var keys = threads.invokeAll(IntStream.range(0, 32).mapToObj(i -> load).toList());
      var first = KeyFile.loadOrCreate(file);
      for (var key : keys) {
        assertEquals(first, key.get());
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          empty                | ''                                               | is empty
          truncated            | yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fB        | not one line of base64
          not base64           | yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fB!k=     | not one line of base64
          zero                 | AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=     | holds the zero key
          with a space         | 'yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk= '  | not one line of base64
          """)
  void unsoundFileIsAnErrorAndStays(String name, String content, String words) throws IOException {
    var file = written(content);
    var e = assertThrows(KeyFileException.class, () -> KeyFile.loadOrCreate(file));
    var message = String.valueOf(e.getMessage());
    assertTrue(message.contains(words), message);
    assertTrue(message.contains(file.toString()), message);
    assertTrue(message.contains("restore it from a backup"), message);
    assertFalse(message.contains("yAnz5"), "tells nothing of the key");
    assertEquals(content, Files.readString(file), name);
  }

  @Test
  void fileOfNulsAfterAPowerCutIsAnError() throws IOException {
    var file = written("\0".repeat(45));
    assertThrows(KeyFileException.class, () -> KeyFile.loadOrCreate(file));
  }

  @Test
  void fileThatOthersCanReadIsAnErrorWithTheFix() throws IOException {
    var file = written(SOUND + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    var e = assertThrows(KeyFileException.class, () -> KeyFile.loadOrCreate(file));
    assertTrue(String.valueOf(e.getMessage()).contains("chmod 600 " + file));
  }

  @Test
  void directoryOrDanglingLinkInItsPlaceIsAnError() throws IOException {
    var directoryAsKey = Files.createDirectory(directory.resolve("key"));
    assertThrows(KeyFileException.class, () -> KeyFile.loadOrCreate(directoryAsKey));
    var link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nowhere"));
    assertThrows(KeyFileException.class, () -> KeyFile.loadOrCreate(link));
  }
}
