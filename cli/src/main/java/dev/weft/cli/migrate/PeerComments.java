package dev.weft.cli.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Decides which {@code [Peer]} a comment names: the one that it stands in, or the one whose heading
 * it stands above. Between two peers, a blank line decides which; without one, a comment names the
 * lower peer if the upper one has a name already, else neither. A wrong name is worse than none:
 * people revoke peers by their names.
 */
final class PeerComments {
  /**
   * The name of a section.
   *
   * @param text an object's name; empty: none
   * @param isAmbiguous whether a comment after the section was dropped, which may name either
   */
  record Name(String text, boolean isAmbiguous) {}

  /**
   * A name that may still be replaced.
   *
   * @param isCertain false: a comment inside the section counts more
   */
  private record Candidate(String text, boolean isCertain) {
    static final Candidate NONE = new Candidate("", false);
  }

  /** Names of the comments since the last heading or setting, up to the first blank line. */
  private final List<String> tight = new ArrayList<>();

  /** Names of the comments after that blank line. */
  private final List<String> apart = new ArrayList<>();

  private boolean blankSeen;
  private boolean blankBelowApart;
  private boolean isDisabled;
  private boolean inPeer;
  private Candidate own = Candidate.NONE;
  private Candidate next = Candidate.NONE;

  /** A line that is all comment. */
  void comment(String text) {
    if (text.replace(" ", "").toLowerCase(Locale.ROOT).startsWith("[peer]")) {
      // A peer that is commented out: what stands above and in it names nothing here.
      isDisabled = true;
      (blankSeen ? apart : tight).clear();
      return;
    }
    var name = CommentName.of(text);
    if (!name.isEmpty() && !isDisabled) {
      (blankSeen ? apart : tight).add(name);
      blankBelowApart = false;
    }
  }

  /** A blank line. */
  void blank() {
    isDisabled = false;
    blankSeen = true;
    blankBelowApart = true;
  }

  /** A setting of the section: the comments above it stand in the section. */
  void value() {
    if (inPeer && !own.isCertain()) {
      if (!tight.isEmpty()) {
        own = new Candidate(tight.getFirst(), true);
      } else if (!apart.isEmpty()) {
        own = new Candidate(apart.getFirst(), true);
      }
    }
    forget();
  }

  /** A comment behind the heading or behind the public key. */
  void beside(String text) {
    var name = CommentName.of(text);
    if (!own.isCertain() && !name.isEmpty()) {
      own = new Candidate(name, true);
    }
  }

  /** Ends the section at hand. */
  Name finish(boolean peerFollows) {
    next = apart.isEmpty() ? Candidate.NONE : new Candidate(apart.getLast(), !blankBelowApart);
    boolean ambiguous = false;
    if (!tight.isEmpty()) {
      boolean standsBetween = peerFollows && !blankSeen;
      if (!standsBetween) {
        own = own.text().isEmpty() ? new Candidate(tight.getFirst(), true) : own;
      } else if (inPeer && own.text().isEmpty()) {
        ambiguous = true;
      } else {
        next = new Candidate(tight.getLast(), !inPeer);
      }
    }
    var name = new Name(inPeer ? own.text() : "", ambiguous);
    forget();
    return name;
  }

  /** Begins a section. */
  void section(boolean isPeer) {
    inPeer = isPeer;
    own = isPeer ? next : Candidate.NONE;
    next = Candidate.NONE;
  }

  private void forget() {
    tight.clear();
    apart.clear();
    blankSeen = false;
    blankBelowApart = false;
    isDisabled = false;
  }
}
