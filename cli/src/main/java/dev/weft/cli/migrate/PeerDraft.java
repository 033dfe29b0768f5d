package dev.weft.cli.migrate;

import dev.weft.cli.migrate.WgQuickFile.PeerSection;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.SpecialRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A {@code [Peer]} while it is read. It takes what wg(8) takes and keeps what the API takes; what
 * lies between is left out with a line that says so.
 */
final class PeerDraft {
  /** The most that a Peer's schema takes. */
  private static final int MOST_PREFIXES = 64;

  private static final int LONGEST_HOST = 253;
  private static final int LONGEST_KEEPALIVE = 65535;
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private final int line;
  private final List<String> notCarried = new ArrayList<>();
  private final List<Prefix> allowed = new ArrayList<>();
  private Optional<PublicKey> key = Optional.empty();
  private Optional<Endpoint> endpoint = Optional.empty();
  private boolean presharedKey;
  private boolean isReadable = true;
  private boolean lostPrefixes;
  private int keepalive;

  PeerDraft(int line) {
    this.line = line;
  }

  int line() {
    return line;
  }

  List<String> notCarried() {
    return notCarried;
  }

  /** Takes a setting; the value has no white space. */
  void set(int number, String name, String value) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "publickey" -> key(number, value);
      case "presharedkey" -> presharedKey = true;
      case "allowedips" ->
          Stream.of(value.split(",", -1))
              .filter(part -> !part.isEmpty())
              .forEach(part -> prefix(number, part));
      case "endpoint" -> endpoint(number, value);
      case "persistentkeepalive" -> keepalive(number, value);
      default -> {
        isReadable = false;
        notCarried.add(
            "line %d: wg(8) has no such setting for a peer; the peer is left out"
                .formatted(number));
      }
    }
  }

  /** The peer, unless something says that it is left out. */
  Optional<PeerSection> read(String name) {
    if (key.isEmpty() && isReadable) {
      notCarried.add("line %d: [Peer] has no public key; the peer is left out".formatted(line));
    }
    if (key.isEmpty() || !isReadable) {
      return Optional.empty();
    }
    if (lostPrefixes && allowed.isEmpty()) {
      notCarried.add(
          "line %d: a Peer can have none of its AllowedIPs; the peer is left out".formatted(line));
      return Optional.empty();
    }
    if (allowed.size() > MOST_PREFIXES) {
      notCarried.add(
          "line %d: a Peer has at most %d AllowedIPs; left out: %s"
              .formatted(
                  line,
                  MOST_PREFIXES,
                  String.join(
                      ", ",
                      allowed.subList(MOST_PREFIXES, allowed.size()).stream()
                          .map(Prefix::toString)
                          .toList())));
    }
    return Optional.of(
        new PeerSection(
            line,
            name,
            key.get(),
            presharedKey,
            allowed.subList(0, Math.min(allowed.size(), MOST_PREFIXES)),
            endpoint.stream().toList(),
            keepalive));
  }

  /** The value is not repeated: it may be a private key in the wrong place. */
  private void key(int number, String value) {
    try {
      key = Optional.of(new PublicKey(value));
    } catch (IllegalArgumentException e) {
      isReadable = false;
      notCarried.add(
          "line %d, PublicKey: not a public key, which is 44 characters of base64, as 'wg pubkey' prints it; the peer is left out"
              .formatted(number));
    }
  }

  private void prefix(int number, String text) {
    try {
      var prefix = Prefix.parseMasked(text);
      if (prefix.length() == 0) {
        lost(number, text + " is the whole internet; give the prefixes that are behind the peer");
      } else if (SpecialRanges.reserved(prefix).isPresent()) {
        lost(
            number,
            text
                + " holds loopback, link-local, multicast or reserved addresses, or a cloud's services");
      } else if (!allowed.contains(prefix)) {
        allowed.add(prefix);
      }
    } catch (IllegalArgumentException e) {
      lost(number, String.valueOf(e.getMessage()));
    }
  }

  private void lost(int number, String why) {
    lostPrefixes = true;
    notCarried.add("line %d, AllowedIPs: left out: %s".formatted(number, why));
  }

  private void endpoint(int number, String text) {
    endpoint = Optional.empty();
    try {
      endpoint = Optional.of(endpoint(text));
    } catch (IllegalArgumentException e) {
      notCarried.add("line %d, Endpoint: left out: %s".formatted(number, e.getMessage()));
    }
  }

  /** The last colon separates the port, also where IPv6 has no brackets, as wg(8) has it. */
  private static Endpoint endpoint(String text) {
    int colon = text.lastIndexOf(':');
    var port = text.substring(colon + 1);
    if (colon <= 0 || !port.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an endpoint; write host:port, the port as a number");
    }
    boolean isBracketed = text.startsWith("[") && text.charAt(colon - 1) == ']';
    var host =
        text.substring(isBracketed ? 1 : 0, isBracketed ? colon - 1 : colon)
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\.$", "");
    boolean isNumeric =
        host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    if (isNumeric) {
      var address = IpAddress.parse(host);
      if (SpecialRanges.reserved(address).isPresent()) {
        throw new IllegalArgumentException(
            "nodes can't reach " + address + "; give the address at which they can");
      }
    } else if (!isName(host)) {
      throw new IllegalArgumentException(
          "'%s' is neither an IP address nor a DNS name that a Peer can have".formatted(host));
    }
    return new Endpoint(host, Integer.parseInt(port));
  }

  private static boolean isName(String host) {
    var labels = host.split("\\.", -1);
    var last = labels[labels.length - 1];
    return host.length() <= LONGEST_HOST
        && !last.equals("localhost")
        && !last.isEmpty()
        && !Character.isDigit(last.charAt(0))
        && Stream.of(labels).allMatch(l -> LABEL.matcher(l).matches());
  }

  private void keepalive(int number, String value) {
    if (value.equalsIgnoreCase("off")) {
      keepalive = 0;
    } else if (value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= LONGEST_KEEPALIVE) {
      keepalive = Integer.parseInt(value);
    } else {
      notCarried.add(
          "line %d, PersistentKeepalive: left out: '%s' is not off or a number of seconds to %d"
              .formatted(number, value, LONGEST_KEEPALIVE));
    }
  }
}
