package dev.weft.mesh.key;

/** A symmetric key that a pair of peers mixes into its handshake. */
public final class PresharedKey {
  /** No preshared key: 32 zero bytes, as WireGuard has it. */
  public static final PresharedKey NONE = ofBytes(new byte[KeyText.BYTES]);

  private final Secret secret;

  private PresharedKey(Secret secret) {
    this.secret = secret;
  }

  /**
   * From its 32 bytes.
   *
   * @throws IllegalArgumentException for another length; never says the value
   */
  public static PresharedKey ofBytes(byte[] bytes) {
    return new PresharedKey(Secret.ofBytes(bytes, "a preshared key"));
  }

  /**
   * From the base64 that wg(8) writes.
   *
   * @throws IllegalArgumentException if it is none; never says the value
   */
  public static PresharedKey parse(String text) {
    return new PresharedKey(Secret.parse(text, "a preshared key", "wg genpsk"));
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
    return other instanceof PresharedKey key && secret.equals(key.secret);
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
