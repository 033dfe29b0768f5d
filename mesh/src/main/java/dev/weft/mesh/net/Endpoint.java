package dev.weft.mesh.net;

import dev.weft.mesh.problem.Quote;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a WireGuard device listens: an IP address or a DNS name, and a UDP port.
 *
 * @param host address in RFC 5952 form without brackets, or a DNS name
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
  private static final Pattern HEXADECIMAL = Pattern.compile("0[xX][0-9a-fA-F]*");
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_LABEL = 63;

  /** A name with a dot at its end, a colon, five digits. */
  private static final int LONGEST = LONGEST_NAME + 1 + 6;

  public Endpoint {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
    if (isNumeric(host)) {
      host = IpAddress.parse(host).toString();
    } else if (!isName(host)) {
      throw new IllegalArgumentException(
          Quote.of(host) + " is neither an IP address nor a DNS name");
    }
  }

  private static boolean isNumeric(String host) {
    return host.length() <= LONGEST
        && (host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || isDigit(c)));
  }

  /** Labels of letters, digits, inner '-' and '_'; one pass, for anybody can write any length. */
  private static boolean isName(String host) {
    int end = host.endsWith(".") ? host.length() - 1 : host.length();
    if (end < 1 || end > LONGEST_NAME) {
      return false;
    }
    int label = 0;
    for (int i = 0; i < end; i++) {
      char c = host.charAt(i);
      if (c == '.') {
        if (label == 0 || host.charAt(i - 1) == '-') {
          return false;
        }
        label = 0;
        continue;
      }
      boolean inner = label > 0 && c == '-';
      if ((!isNameCharacter(c) && !inner) || ++label > LONGEST_LABEL) {
        return false;
      }
    }
    return label > 0 && host.charAt(end - 1) != '-' && !isNumber(host, end - label, end);
  }

  /**
   * Whether a last label is a number, so that some resolvers take the whole for an IPv4 address in
   * another spelling, such as {@code 0x7f.0.0.1}; no top-level domain is one.
   */
  private static boolean isNumber(String host, int from, int to) {
    var label = host.substring(from, to);
    return label.chars().allMatch(Endpoint::isDigit) || HEXADECIMAL.matcher(label).matches();
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  public static Endpoint of(IpAddress address, int port) {
    return new Endpoint(address.toString(), port);
  }

  /**
   * Parses {@code 192.0.2.1:51820}, {@code [2001:db8::1]:51820}, {@code vpn.example.com:51820}.
   *
   * @throws IllegalArgumentException with a text that shows the value and the form wanted
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[");
    boolean sane =
        colon > 0 && (bracketed ? text.charAt(colon - 1) == ']' : text.indexOf(':') == colon);
    var port = colon < 0 ? "" : text.substring(colon + 1);
    if (!sane
        || port.isEmpty()
        || port.length() > 5
        || text.length() > LONGEST
        || !port.chars().allMatch(Endpoint::isDigit)) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is not an endpoint; write host:port, with IPv6 in brackets");
    }
    return new Endpoint(
        text.substring(bracketed ? 1 : 0, bracketed ? colon - 1 : colon), Integer.parseInt(port));
  }

  /** The address, unless the host is a DNS name. */
  public Optional<IpAddress> address() {
    return isNumeric(host) ? Optional.of(IpAddress.parse(host)) : Optional.empty();
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
