package dev.weft.e2e.exec;

import java.time.Duration;

/**
 * How much longer than on an ordinary machine everything may take, for slow ones such as a kernel
 * in an emulator: {@code WEFT_LAB_PATIENCE}, a whole number from 1 on. It changes when one gives
 * up, not what has to hold in the end.
 */
public final class Patience {
  private static final int FACTOR = factor(System.getenv().getOrDefault("WEFT_LAB_PATIENCE", "1"));

  private Patience() {}

  /** A limit on this machine. */
  public static Duration with(Duration limit) {
    return limit.multipliedBy(FACTOR);
  }

  static int factor(String text) {
    if (!text.matches("[1-9][0-9]{0,2}")) {
      throw new IllegalArgumentException(
          "WEFT_LAB_PATIENCE is '%s'; give a whole number from 1 to 999, or leave it out"
              .formatted(text));
    }
    return Integer.parseInt(text);
  }
}
