package dev.weft.cli.migrate;

import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A file as wg-quick(8) reads it. Its private key is passed over unread. Pure.
 *
 * @param peers in order
 * @param notCarried lines that a Peer has nothing for, with the reason
 */
record WgQuickFile(List<PeerSection> peers, List<String> notCarried) {
  /**
   * A {@code [Peer]}.
   *
   * @param line of its heading, from 1
   * @param comment the comment above it, which often names it; empty: none
   * @param hasPresharedKey whether it has one; which, is not kept
   * @param endpoint at most one
   */
  record PeerSection(
      int line,
      String comment,
      PublicKey publicKey,
      boolean hasPresharedKey,
      List<Prefix> allowedIPs,
      List<Endpoint> endpoint,
      int keepaliveSeconds) {
    PeerSection {
      allowedIPs = List.copyOf(allowedIPs);
      endpoint = List.copyOf(endpoint);
    }
  }

  WgQuickFile {
    peers = List.copyOf(peers);
    notCarried = List.copyOf(notCarried);
  }

  /**
   * Parses.
   *
   * @throws IllegalArgumentException with line, value and fix; never with a private or preshared
   *     key
   */
  static WgQuickFile parse(String text) {
    return new Parser().parse(text);
  }

  private static final class Parser {
    private final List<PeerSection> peers = new ArrayList<>();
    private final List<String> notCarried = new ArrayList<>();
    private String section = "";
    private String comment = "";
    private int heading;
    private String commentOfPeer = "";
    private final List<PublicKey> key = new ArrayList<>();
    private boolean presharedKey;
    private final List<Prefix> allowed = new ArrayList<>();
    private final List<Endpoint> endpoint = new ArrayList<>();
    private int keepalive;

    WgQuickFile parse(String text) {
      int number = 0;
      for (var raw : text.lines().toList()) {
        number++;
        int hash = raw.indexOf('#');
        var line = (hash < 0 ? raw : raw.substring(0, hash)).strip();
        if (hash >= 0 && line.isEmpty()) {
          comment = raw.substring(hash + 1).strip();
        }
        if (line.startsWith("[")) {
          finish();
          section = line.toLowerCase(Locale.ROOT);
          if (!section.equals("[interface]") && !section.equals("[peer]")) {
            throw new IllegalArgumentException(
                "line %d: '%s' is neither [Interface] nor [Peer]".formatted(number, line));
          }
          heading = number;
          commentOfPeer = comment;
          comment = "";
        } else if (!line.isEmpty()) {
          value(number, line);
        }
      }
      finish();
      if (section.isEmpty()) {
        throw new IllegalArgumentException(
            "has neither [Interface] nor [Peer]; it is no file of wg-quick's");
      }
      return new WgQuickFile(peers, notCarried);
    }

    private void value(int number, String line) {
      int equals = line.indexOf('=');
      if (equals < 0 || section.isEmpty()) {
        throw new IllegalArgumentException(
            "line %d is no 'Name = value' of a section".formatted(number));
      }
      var name = line.substring(0, equals).strip();
      var value = line.substring(equals + 1).strip();
      try {
        if (section.equals("[peer]")) {
          peerValue(name, value);
        } else {
          interfaceValue(number, name, value);
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "line %d, %s: %s".formatted(number, name, e.getMessage()), e);
      }
    }

    private void peerValue(String name, String value) {
      switch (name.toLowerCase(Locale.ROOT)) {
        case "publickey" -> key.add(new PublicKey(value));
        case "presharedkey" -> presharedKey = true;
        case "allowedips" -> {
          for (var part : java.util.regex.Pattern.compile(",").splitAsStream(value).toList()) {
            if (!part.isBlank()) {
              allowed.add(Prefix.parseMasked(part.strip()));
            }
          }
        }
        case "endpoint" -> endpoint.add(Endpoint.parse(value));
        case "persistentkeepalive" ->
            keepalive = value.equalsIgnoreCase("off") ? 0 : seconds(value);
        default -> throw new IllegalArgumentException("wg(8) has no such setting for a peer");
      }
    }

    private static int seconds(String value) {
      if (!value.matches("[0-9]{1,5}")) {
        throw new IllegalArgumentException("'" + value + "' is not a number of seconds");
      }
      return Integer.parseInt(value);
    }

    private void interfaceValue(int number, String name, String value) {
      var why =
          switch (name.toLowerCase(Locale.ROOT)) {
            case "privatekey" -> "";
            case "address" -> "the mesh gives its nodes addresses of its own";
            case "listenport" ->
                "set it with the annotation weft.dev/listen-port of the gateway's Node";
            case "dns" -> "set spec.clientDNS of the mesh";
            case "mtu" -> "the agents find the MTU out";
            case "table" -> "the mesh's routes are in a table of their own";
            case "fwmark" -> "set spec.routing.firewallMark of the mesh";
            case "saveconfig" -> "there is no file to save";
            case "preup", "postup", "predown", "postdown" -> hook(value);
            default -> throw new IllegalArgumentException("wg-quick(8) has no such setting");
          };
      if (!why.isEmpty()) {
        notCarried.add("line %d, %s: %s".formatted(number, name, why));
      }
    }

    private static String hook(String command) {
      if (command.contains("MASQUERADE") || command.contains("masquerade")) {
        return "not needed: agents masquerade what leaves the mesh";
      }
      if (command.contains("FORWARD") || command.contains("forward")) {
        return "not needed: agents accept what the mesh forwards";
      }
      if (command.contains("ip route") || command.contains("ip rule")) {
        return "can't be carried: give the prefix to a Peer (spec.allowedIPs) or a location (weft.dev/location-cidrs)";
      }
      return "can't be carried: run it yourself on the gateway, if it is still wanted";
    }

    private void finish() {
      if (!section.equals("[peer]")) {
        return;
      }
      if (key.size() != 1) {
        throw new IllegalArgumentException(
            "line %d: [Peer] has %d public keys; it has to have one"
                .formatted(heading, key.size()));
      }
      peers.add(
          new PeerSection(
              heading, commentOfPeer, key.getFirst(), presharedKey, allowed, endpoint, keepalive));
      key.clear();
      presharedKey = false;
      allowed.clear();
      endpoint.clear();
      keepalive = 0;
    }
  }
}
