package dev.weft.mesh.key;

import java.security.MessageDigest;

/** A Curve25519 private key. It never leaves its node. */
public final class PrivateKey {
  private final byte[] bytes;

  private PrivateKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * From its 32 bytes.
   *
   * @throws IllegalArgumentException for another length; never says the value
   */
  public static PrivateKey ofBytes(byte[] bytes) {
    if (bytes.length != KeyText.BYTES) {
      throw new IllegalArgumentException("a private key has 32 bytes, not " + bytes.length);
    }
    return new PrivateKey(bytes.clone());
  }

  /**
   * From the base64 that wg(8) writes.
   *
   * @throws IllegalArgumentException if it is none; never says the value
   */
  public static PrivateKey parse(String text) {
    var bytes = KeyText.decode(text);
    if (bytes == null) {
      throw new IllegalArgumentException(
          "not a private key: it is 44 characters of base64, as 'wg genkey' prints it");
    }
    return new PrivateKey(bytes);
  }

  /** The 32 bytes; for the kernel and for files of mode 0600 only. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** Base64, for files of mode 0600 only. */
  public String reveal() {
    return KeyText.encode(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrivateKey key && MessageDigest.isEqual(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return 0; // a hash of a secret would tell something of it
  }

  @Override
  public String toString() {
    return "(redacted)";
  }
}
