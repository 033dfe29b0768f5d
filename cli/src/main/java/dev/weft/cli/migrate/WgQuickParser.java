package dev.weft.cli.migrate;

import dev.weft.cli.migrate.WgQuickFile.PeerSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads a file of wg-quick's line by line. As wg(8) does, it takes white space anywhere in a line;
 * unlike wg(8), it leaves out the one peer that it can't read. Not reusable.
 */
final class WgQuickParser {
  private final List<PeerSection> peers = new ArrayList<>();
  private final List<String> notCarried = new ArrayList<>();
  private final PeerComments comments = new PeerComments();
  private String section = "";
  private Optional<PeerDraft> peer = Optional.empty();
  private boolean leftOut;

  WgQuickFile parse(String text) {
    int number = 0;
    for (var raw : text.lines().toList()) {
      number++;
      int hash = raw.indexOf('#');
      var line = (hash < 0 ? raw : raw.substring(0, hash)).strip();
      var comment = hash < 0 ? "" : raw.substring(hash + 1).strip();
      var compact = withoutSpace(line);
      if (compact.startsWith("[")) {
        heading(number, compact, comment);
      } else if (!line.isEmpty()) {
        value(number, line, comment);
      } else if (hash >= 0) {
        comments.comment(comment);
      } else {
        comments.blank();
      }
    }
    finish(false);
    if (section.isEmpty()) {
      throw new IllegalArgumentException(
          "has neither [Interface] nor [Peer]; it is no file of wg-quick's");
    }
    return new WgQuickFile(peers, leftOut, notCarried);
  }

  private void heading(int number, String heading, String comment) {
    var wanted = heading.toLowerCase(Locale.ROOT);
    if (!wanted.equals("[interface]") && !wanted.equals("[peer]")) {
      throw new IllegalArgumentException(
          "line %d: '%s' is neither [Interface] nor [Peer]".formatted(number, heading));
    }
    finish(wanted.equals("[peer]"));
    section = wanted;
    if (wanted.equals("[peer]")) {
      peer = Optional.of(new PeerDraft(number));
      comments.section(true);
      comments.beside(comment);
    } else {
      comments.section(false);
    }
  }

  private void value(int number, String line, String comment) {
    int equals = line.indexOf('=');
    if (section.isEmpty() || (equals < 0 && peer.isEmpty())) {
      throw new IllegalArgumentException(
          "line %d is no 'Name = value' of a section".formatted(number));
    }
    comments.value();
    var name = withoutSpace(equals < 0 ? line : line.substring(0, equals));
    var value = equals < 0 ? "" : line.substring(equals + 1).strip();
    if (peer.isPresent()) {
      if (name.equalsIgnoreCase("PublicKey")) {
        comments.beside(comment);
      }
      peer.get().set(number, name, withoutSpace(value));
    } else {
      interfaceValue(number, name, value);
    }
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
          case "preup", "postup", "predown", "postdown" -> Hook.verdict(value);
          default -> "wg-quick(8) has no such setting";
        };
    if (!why.isEmpty()) {
      notCarried.add("line %d, %s: %s".formatted(number, name, why));
    }
  }

  /** Ends the section at hand. */
  private void finish(boolean peerFollows) {
    var name = comments.finish(peerFollows);
    if (peer.isEmpty()) {
      return;
    }
    var draft = peer.get();
    peer = Optional.empty();
    var read = draft.read(name.text());
    notCarried.addAll(draft.notCarried());
    if (name.isAmbiguous()) {
      notCarried.add(
          "line %d: a comment between this [Peer] and the next may name either; it names neither"
              .formatted(draft.line()));
    }
    if (read.isEmpty()) {
      leftOut = true;
      return;
    }
    var key = read.get().publicKey();
    peers.stream()
        .filter(p -> p.publicKey().equals(key))
        .findFirst()
        .ifPresent(
            earlier -> {
              peers.remove(earlier);
              notCarried.add(
                  "line %d: the [Peer] of line %d has the same public key; wg(8) lets the later count"
                      .formatted(earlier.line(), draft.line()));
            });
    peers.add(read.get());
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }
}
