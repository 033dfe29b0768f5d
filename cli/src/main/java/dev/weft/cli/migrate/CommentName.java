package dev.weft.cli.migrate;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The object's name that a comment makes. Comments of such files hold settings that are switched
 * off, and private keys; neither makes a name, since everybody in the cluster can list names.
 */
final class CommentName {
  private static final int LONGEST = 63;

  /** What wg-quick(8) and wg(8) know, switched off. */
  private static final Pattern SETTING =
      Pattern.compile(
          "(?i)\\[.*|(private|preshared|public)_?key\\b.*|(allowed_?ips|endpoint|persistent_?keepalive"
              + "|address|listen_?port|dns|mtu|table|fwmark|save_?config|(pre|post)_?(up|down))[=:].*");

  /** What such files and those who write them call a secret. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i).*(priv(ate)?[ _-]?key|pre[ _-]?shared|\\bpsk\\b|passw(or)?d|passphrase|\\bsecret\\b"
              + "|\\btoken\\b).*");

  /** A key in base64 or in hexadecimal digits, or part of one. */
  private static final Pattern KEY =
      Pattern.compile(".*([A-Za-z0-9+/]{43}=|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{32,}).*");

  /** A key in the base64 of URLs, which has no padding. */
  private static final Pattern KEY_OF_URL =
      Pattern.compile(
          ".*(?<![A-Za-z0-9_-])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-]).*");

  /** A capital inside of a word: keys cut in pieces have many, names of people and machines few. */
  private static final Pattern INNER_CAPITAL =
      Pattern.compile("[a-z][A-Z]|(?<=[a-zA-Z0-9][A-Z])[a-z]");

  private static final int MOST_INNER_CAPITALS = 6;

  private static final Pattern KEY_WITH_SPACE = Pattern.compile(".*[A-Za-z0-9+/]{43}=.*");

  /** Words of programs that write such files, before or behind the name. */
  private static final Pattern END = Pattern.compile("(?i)end[ _].*");

  private static final Pattern MARK =
      Pattern.compile("(?i)^(begin[ _](peer )?|\\+?(friendly_)?name\\s*[=:]\\s*|client )");

  private CommentName() {}

  /** The name, or empty. */
  static String of(String comment) {
    var text = comment.replaceAll("^#+|#+$", "").strip();
    var compact = text.replaceAll("\\s+", "");
    if (SETTING.matcher(compact).matches()
        || SECRET.matcher(text).matches()
        || KEY.matcher(text).matches()
        || KEY_OF_URL.matcher(text).matches()
        || INNER_CAPITAL.matcher(text).results().count() > MOST_INNER_CAPITALS
        || KEY_WITH_SPACE.matcher(compact).matches()
        || END.matcher(text).matches()) {
      return "";
    }
    var name =
        Normalizer.normalize(MARK.matcher(text).replaceFirst(""), Normalizer.Form.NFD)
            .replaceAll("\\p{M}+", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-+|-+$", "");
    return name.length() > LONGEST ? "" : name;
  }
}
