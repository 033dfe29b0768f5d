package dev.weft.cli.migrate;

import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * A file as wg-quick(8) and wg(8) read it. Its private key is passed over unread. Pure.
 *
 * @param peers those that could be read, in order
 * @param leftOut whether a {@code [Peer]} could not be read
 * @param notCarried lines that a Peer has nothing for, or that it can't have, with the reason
 */
record WgQuickFile(List<PeerSection> peers, boolean leftOut, List<String> notCarried) {
  /**
   * A {@code [Peer]}.
   *
   * @param line of its heading, from 1
   * @param name an object's name, made of the comment that belongs to it; empty: none does
   * @param hasPresharedKey whether it has one; which, is not kept
   * @param endpoint at most one
   */
  record PeerSection(
      int line,
      String name,
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
   * @throws IllegalArgumentException if it is no such file, with line and fix; never with a private
   *     or preshared key
   */
  static WgQuickFile parse(String text) {
    return new WgQuickParser().parse(text);
  }
}
