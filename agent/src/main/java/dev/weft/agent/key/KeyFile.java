package dev.weft.agent.key;

import dev.weft.agent.file.AtomicFile;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PrivateKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The file of the private key of one of the node's WireGuard devices: one line of base64, as {@code
 * wg genkey} prints it, mode 0600. It is made when there is none; one that is there but unsound is
 * an error, for a silent new key would be a new node to all others.
 */
public final class KeyFile {
  private static final Set<PosixFilePermission> ALLOWED =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final int MAX_BYTES = 4096;
  private static final int KEY_BYTES = 32;

  private KeyFile() {}

  /**
   * Reads the key pair, or makes it. Of several processes that do so at once all get the same pair.
   *
   * @throws KeyFileException if the file is there and unsound; the text names it and the fix
   */
  public static KeyPair loadOrCreate(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      var fresh = KeyPairs.generate(new SecureRandom());
      var text = fresh.privateKey().reveal() + "\n";
      if (AtomicFile.create(
          file, text.getBytes(StandardCharsets.US_ASCII), AtomicFile.OWNER_ONLY)) {
        return fresh;
      }
    }
    return load(file);
  }

  private static KeyPair load(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw unsound(file, "is not a regular file");
    }
    var mode = EnumSet.noneOf(PosixFilePermission.class);
    mode.addAll(Files.getPosixFilePermissions(file));
    if (!ALLOWED.containsAll(mode)) {
      throw new KeyFileException(
          file
              + " can be read or written by others than its owner; the private key may be known to"
              + " them. If it is not, run: chmod 600 "
              + file);
    }
    long size = Files.size(file);
    if (size == 0) {
      throw unsound(file, "is empty");
    }
    if (size > MAX_BYTES) {
      throw unsound(file, "has " + size + " bytes, which no key has");
    }
    return KeyPairs.of(parse(file, read(file)));
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw unsound(file, "has just been removed");
    }
  }

  private static PrivateKey parse(Path file, byte[] content) throws KeyFileException {
    var text = new String(content, StandardCharsets.ISO_8859_1);
    var line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    try {
      var key = PrivateKey.parse(line);
      if (Arrays.equals(key.toBytes(), new byte[KEY_BYTES])) {
        throw unsound(file, "holds the zero key");
      }
      return key;
    } catch (IllegalArgumentException e) {
      // The cause says nothing of the content, which may be most of a secret.
      throw unsound(
          file, "holds " + content.length + " bytes that are not one line of base64 of a key");
    }
  }

  private static KeyFileException unsound(Path file, String what) {
    return new KeyFileException(
        file
            + " "
            + what
            + "; restore it from a backup, or remove it to give this node a new identity (its"
            + " tunnels start anew)");
  }
}
