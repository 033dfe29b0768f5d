package dev.weft.mesh.key;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Base64 of 32 bytes, as wg(8) writes keys: 44 characters. */
final class KeyText {
  static final int BYTES = 32;

  private KeyText() {}

  /** The 32 bytes, or null; never says what the text was, for it may be a secret. */
  static byte @Nullable [] decode(String text) {
    if (text.length() != 44) {
      return null;
    }
    try {
      var bytes = Base64.getDecoder().decode(text);
      // A last character with stray bits decodes too, but is not what wg(8) would print.
      return bytes.length == BYTES && encode(bytes).equals(text) ? bytes : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
