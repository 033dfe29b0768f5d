package dev.weft.mesh.key;

import dev.weft.mesh.problem.Quote;
import java.util.Arrays;

/**
 * A Curve25519 public key: what a WireGuard peer is known by.
 *
 * @param text base64 of its 32 bytes, as wg(8) prints it
 */
public record PublicKey(String text) implements Comparable<PublicKey> {
  public PublicKey {
    var bytes = KeyText.decode(text);
    if (bytes == null) {
      throw new IllegalArgumentException(
          Quote.of(text)
              + " is not a public key; it is 44 characters of base64, as 'wg pubkey' prints it");
    }
    if (Arrays.equals(bytes, new byte[KeyText.BYTES])) {
      throw new IllegalArgumentException(
          "'" + text + "' is all zero, which WireGuard takes for no key");
    }
  }

  /** A key from its 32 bytes. */
  public static PublicKey ofBytes(byte[] bytes) {
    return new PublicKey(KeyText.encode(bytes));
  }

  /** The 32 bytes. */
  public byte[] toBytes() {
    var bytes = KeyText.decode(text);
    if (bytes == null) {
      throw new IllegalStateException("checked at construction");
    }
    return bytes;
  }

  @Override
  public int compareTo(PublicKey other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
