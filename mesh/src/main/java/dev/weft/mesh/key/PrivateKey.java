package dev.weft.mesh.key;

/** A Curve25519 private key. It never leaves its node. */
public final class PrivateKey {
  private final Secret secret;

  private PrivateKey(Secret secret) {
    this.secret = secret;
  }

  /**
   * From its 32 bytes.
   *
   * @throws IllegalArgumentException for another length; never says the value
   */
  public static PrivateKey ofBytes(byte[] bytes) {
    return new PrivateKey(Secret.ofBytes(bytes, "a private key"));
  }

  /**
   * From the base64 that wg(8) writes.
   *
   * @throws IllegalArgumentException if it is none; never says the value
   */
  public static PrivateKey parse(String text) {
    return new PrivateKey(Secret.parse(text, "a private key", "wg genkey"));
  }

  /** The 32 bytes; for the kernel and for files of mode 0600 only. */
  public byte[] toBytes() {
    return secret.toBytes();
  }

  /** Base64, for files of mode 0600 only. */
  public String reveal() {
    return secret.reveal();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrivateKey key && secret.equals(key.secret);
  }

  @Override
  public int hashCode() {
    return secret.hashCode();
  }

  @Override
  public String toString() {
    return secret.toString();
  }
}
