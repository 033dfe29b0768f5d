package dev.weft.api.v1alpha1;

import java.util.regex.Pattern;

/** Durations as the Kubernetes API writes them ({@code 25s}, {@code 1m30s}), in whole seconds. */
public final class Durations {
  private static final Pattern FORM =
      Pattern.compile("(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,9})s)?");

  private Durations() {}

  /**
   * The seconds of a duration text.
   *
   * @throws IllegalArgumentException if the text is empty or not of the form {@code 1h2m3s}
   */
  public static int seconds(String text) {
    var m = FORM.matcher(text);
    if (text.isEmpty() || !m.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a duration; write it as 25s or 1m30s");
    }
    long sum = part(m.group(1)) * 3600 + part(m.group(2)) * 60 + part(m.group(3));
    if (sum > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("'" + text + "' is too long a duration");
    }
    return (int) sum;
  }

  private static long part(@org.jspecify.annotations.Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
