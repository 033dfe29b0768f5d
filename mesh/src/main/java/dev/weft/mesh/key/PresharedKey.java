package dev.weft.mesh.key;

import java.security.MessageDigest;

/** A symmetric key that a pair of peers mixes into its handshake. */
public final class PresharedKey {
  /** No preshared key: 32 zero bytes, as WireGuard has it. */
  public static final PresharedKey NONE = new PresharedKey(new byte[KeyText.BYTES]);

  private final byte[] bytes;

  private PresharedKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * From its 32 bytes.
   *
   * @throws IllegalArgumentException for another length; never says the value
   */
  public static PresharedKey ofBytes(byte[] bytes) {
    if (bytes.length != KeyText.BYTES) {
      throw new IllegalArgumentException("a preshared key has 32 bytes, not " + bytes.length);
    }
    return new PresharedKey(bytes.clone());
  }

  /**
   * From the base64 that wg(8) writes.
   *
   * @throws IllegalArgumentException if it is none; never says the value
   */
  public static PresharedKey parse(String text) {
    var bytes = KeyText.decode(text);
    if (bytes == null) {
      throw new IllegalArgumentException(
          "not a preshared key: it is 44 characters of base64, as 'wg genpsk' prints it");
    }
    return new PresharedKey(bytes);
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
    return other instanceof PresharedKey key && MessageDigest.isEqual(bytes, key.bytes);
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
