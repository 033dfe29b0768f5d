package dev.weft.mesh.key;

import java.security.MessageDigest;

/** 32 secret bytes that say nothing of themselves. */
final class Secret {
  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * From bytes.
   *
   * @param what for the error, such as {@code a private key}
   */
  static Secret ofBytes(byte[] bytes, String what) {
    if (bytes.length != KeyText.BYTES) {
      throw new IllegalArgumentException(what + " has 32 bytes, not " + bytes.length);
    }
    return new Secret(bytes.clone());
  }

  /**
   * From base64.
   *
   * @param maker command that prints such a text, for the error
   */
  static Secret parse(String text, String what, String maker) {
    var bytes = KeyText.decode(text);
    if (bytes == null) {
      throw new IllegalArgumentException(
          "not %s: it is 44 characters of base64, as '%s' prints it".formatted(what, maker));
    }
    return new Secret(bytes);
  }

  byte[] toBytes() {
    return bytes.clone();
  }

  String reveal() {
    return KeyText.encode(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes, secret.bytes);
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
