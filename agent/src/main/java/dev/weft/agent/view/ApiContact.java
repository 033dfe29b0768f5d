package dev.weft.agent.view;

import java.time.Duration;

/**
 * How the agent stands with the API server. Times are seconds of any steady clock.
 *
 * @param now the time
 * @param answeredAt when it last answered a request, a refusal included; {@link #NEVER}: not yet
 * @param silent whether the last request got no answer
 */
public record ApiContact(long now, long answeredAt, boolean silent) {
  /** Before any answer. */
  public static final long NEVER = Long.MIN_VALUE;

  /** Two renewals of a slow Lease and their timeouts fit into it. */
  public static final Duration PATIENCE = Duration.ofSeconds(45);

  /** Contact of an agent that has not asked anything yet. */
  public static final ApiContact NONE = new ApiContact(0, NEVER, false);

  /** Whether it is lost: it answered once, and has been silent for {@link #PATIENCE}. */
  public boolean lost() {
    return silent && answeredAt != NEVER && now - answeredAt >= PATIENCE.toSeconds();
  }

  /** Whether it answered after then. */
  public boolean answeredSince(long then) {
    return answeredAt != NEVER && answeredAt > then;
  }
}
