package dev.weft.mesh.net;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a WireGuard device listens: an IP address or a DNS name, and a UDP port.
 *
 * @param host address in RFC 5952 form without brackets, or a DNS name
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
  private static final Pattern NAME =
      Pattern.compile(
          "(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\\.?");

  public Endpoint {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
    boolean looksNumeric =
        host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
    if (looksNumeric) {
      host = IpAddress.parse(host).toString();
    } else if (!NAME.matcher(host).matches()) {
      throw new IllegalArgumentException("'" + host + "' is neither an IP address nor a DNS name");
    }
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
        || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an endpoint; write host:port, with IPv6 in brackets");
    }
    return new Endpoint(
        text.substring(bracketed ? 1 : 0, bracketed ? colon - 1 : colon), Integer.parseInt(port));
  }

  /** The address, unless the host is a DNS name. */
  public Optional<IpAddress> address() {
    boolean numeric =
        host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
    return numeric ? Optional.of(IpAddress.parse(host)) : Optional.empty();
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
