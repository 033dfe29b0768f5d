package dev.weft.agent.view;

import dev.weft.api.v1alpha1.EffectivePeer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Gives up a view after which the API server, which was reachable before, no longer answers: the
 * order that would take it back would never arrive. Pure; one thread.
 *
 * <pre>
 *  proven --new view--> on trial --an answer--> proven
 *                       on trial --lost--> the previous view --an answer--> the new one is refused
 *                                          the previous view --none for 90 s--> the new one: it was
 *                                          not the cause
 * </pre>
 */
final class DeadMan {
  /** How long the previous view is given to bring the API server back. */
  static final Duration HOPE = Duration.ofSeconds(90);

  /** How long the same view is refused at first; doubled each time, up to {@link #LONGEST}. */
  static final Duration REFUSAL = Duration.ofMinutes(10);

  static final Duration LONGEST = Duration.ofHours(2);

  /** How it stands. */
  private sealed interface State {
    /** The view in force has seen an answer, or there is none to go back to. */
    record Proven() implements State {}

    /** Not applied: the kernel is still as the previous view wants it. */
    record OnTrial(PublishedMesh previous, PublishedMesh fresh, long since, boolean applied)
        implements State {}

    record WentBack(PublishedMesh previous, PublishedMesh fresh, long since) implements State {}
  }

  private State state = new State.Proven();
  private Optional<PublishedMesh> refused = Optional.empty();

  /** Peers of the view that saw an answer last: they have not cut the node off. */
  private Map<String, EffectivePeer> innocent = Map.of();

  private long refusedUntil;
  private Duration refusal = REFUSAL;

  /** A view takes the place of another. */
  void replaced(PublishedMesh previous, PublishedMesh fresh, ApiContact contact) {
    // Of several in a row the one that saw an answer is what to go back to, less the Peers that
    // were revoked since.
    var proven = previous;
    if (state instanceof State.OnTrial trial) {
      proven = trial.previous();
    } else {
      innocent = previous.peers();
    }
    state = new State.OnTrial(proven.withdrawing(fresh.peers()), fresh, contact.now(), false);
  }

  /** The kernel is as the view in force wants it; an answer from now on proves it. */
  void applied(ApiContact contact) {
    if (state instanceof State.OnTrial(var previous, var fresh, long since, boolean applied)
        && !applied) {
      state = new State.OnTrial(previous, fresh, contact.now(), true);
    }
  }

  /** There is no view any more. */
  void reset() {
    state = new State.Proven();
    refused = Optional.empty();
    refusal = REFUSAL;
  }

  /** Looks at the contact; the view to go over to now, if another. */
  Optional<PublishedMesh> heed(ApiContact contact) {
    switch (state) {
      case State.Proven() -> {
        return Optional.empty();
      }
      case State.OnTrial(var previous, var fresh, long since, boolean applied) -> {
        if (applied && contact.answeredSince(since)) {
          state = new State.Proven();
          refusal = REFUSAL;
        } else if (contact.lost() && contact.now() - since >= ApiContact.PATIENCE.toSeconds()) {
          state = new State.WentBack(previous, fresh, contact.now());
          return Optional.of(previous);
        }
        return Optional.empty();
      }
      case State.WentBack(var previous, var fresh, long since) -> {
        if (contact.answeredSince(since)) {
          state = new State.Proven();
          refused = Optional.of(fresh);
          refusedUntil = contact.now() + refusal.toSeconds();
          var doubled = refusal.multipliedBy(2);
          refusal = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        } else if (contact.now() - since >= HOPE.toSeconds()) {
          state = new State.Proven();
          return Optional.of(fresh);
        }
        return Optional.empty();
      }
    }
  }

  /** Whether a view may come into force. */
  boolean admits(PublishedMesh candidate, ApiContact contact) {
    boolean current =
        state instanceof State.WentBack(var previous, var fresh, long since)
            && isSame(fresh, candidate);
    boolean known = refused.filter(view -> isSame(view, candidate)).isPresent();
    return !current && !(known && contact.now() < refusedUntil);
  }

  /**
   * Whether two views differ at most in Peers that were there before the node was cut off: that one
   * of them is revoked makes the view no better.
   */
  private boolean isSame(PublishedMesh one, PublishedMesh other) {
    return one.withoutPeers(innocent).equals(other.withoutPeers(innocent));
  }

  /** Seconds until the refused view is tried again. */
  long retryIn(ApiContact contact) {
    return Math.max(0, refusedUntil - contact.now());
  }

  /** What a restart is to begin with in the place of the view in force, if anything. */
  Optional<PublishedMesh> proven() {
    return switch (state) {
      case State.Proven() -> Optional.empty();
      case State.OnTrial trial -> Optional.of(trial.previous());
      case State.WentBack(var previous, var fresh, long since) -> Optional.of(previous);
    };
  }
}
