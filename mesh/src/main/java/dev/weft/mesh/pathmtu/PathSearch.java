package dev.weft.mesh.pathmtu;

/**
 * The search for the path MTU of one tunnel: which size to probe next. Sizes are those of the inner
 * IP packet in bytes.
 *
 * <p>A path at rest is probed with what it is taken to carry. If that is lost, time and again,
 * while small packets arrive, it is a black hole: at once only the floor is taken to pass, then the
 * largest that does is looked for by halves. If small packets are lost as well the path is down,
 * which says nothing of its MTU. A path below its full size is tried with the full one from time to
 * time.
 *
 * @param full what the device carries
 * @param floor what every path carries
 * @param passes the largest size known to pass, or taken to
 * @param fails the smallest size known to vanish; 0: none
 * @param phase what the next probe is for
 * @param lost probes of this size in a row without an answer
 * @param probedFullEpochSecond when the full size was last tried
 */
public record PathSearch(
    int full, int floor, int passes, int fails, Phase phase, int lost, long probedFullEpochSecond) {
  /** What the next probe is for. */
  public enum Phase {
    /** See whether what passed still does. */
    REST,
    /** Probes were lost: see whether small ones pass. */
    DOUBT,
    /** Small ones pass: see whether large ones still don't, or a moment was bad for all. */
    CONFIRM,
    /** Halve the interval between what passes and what vanishes. */
    SEARCH,
    /** See whether the full size passes again. */
    RAISE
  }

  /** Losses in a row that count: a single one is everyday. */
  private static final int LOSSES = 3;

  /** The search ends when it is that exact; a multiple of IPv6's fragment unit. */
  private static final int EXACT = 8;

  private static final long RAISE_SECONDS = 300;

  /** A path that is taken to carry what the device does. */
  public static PathSearch of(int full, int floor, long nowEpochSecond) {
    return new PathSearch(full, Math.min(floor, full), full, 0, Phase.REST, 0, nowEpochSecond);
  }

  /** Size of the next probe. */
  public int next(long nowEpochSecond) {
    return switch (due(nowEpochSecond).phase) {
      case REST, CONFIRM -> passes;
      case DOUBT -> floor;
      case SEARCH -> passes + (fails - passes) / 2;
      case RAISE -> full;
    };
  }

  /** Whether the next probe is due at once, and not after the usual pause. */
  public boolean isUrgent() {
    return phase != Phase.REST || lost > 0;
  }

  /** What follows when the probe that {@link #next} named was answered. */
  public PathSearch answered(long nowEpochSecond) {
    var now = due(nowEpochSecond);
    return switch (now.phase) {
      case REST, CONFIRM -> now.with(now.passes, now.fails, Phase.REST, 0);
      case DOUBT -> now.with(now.passes, now.fails, Phase.CONFIRM, 0);
      case SEARCH -> now.with(now.next(nowEpochSecond), now.fails, Phase.SEARCH, 0).settled();
      case RAISE -> new PathSearch(full, floor, full, 0, Phase.REST, 0, nowEpochSecond);
    };
  }

  /** What follows when it was not. */
  public PathSearch unanswered(long nowEpochSecond) {
    var now = due(nowEpochSecond);
    if (now.lost + 1 < LOSSES) {
      return now.with(now.passes, now.fails, now.phase, now.lost + 1);
    }
    return switch (now.phase) {
      case REST ->
          now.with(now.passes, now.fails, now.passes > now.floor ? Phase.DOUBT : Phase.REST, 0);
      case DOUBT -> now.with(now.passes, now.fails, Phase.REST, 0); // down, large and small
      // Small ones pass and large ones don't: only the small are safe until the search is done.
      case CONFIRM -> now.with(now.floor, now.passes, Phase.SEARCH, 0).settled();
      case SEARCH -> now.with(now.passes, now.next(nowEpochSecond), Phase.SEARCH, 0).settled();
      case RAISE -> new PathSearch(full, floor, passes, fails, Phase.REST, 0, nowEpochSecond);
    };
  }

  private PathSearch due(long now) {
    boolean raise =
        phase == Phase.REST && passes < full && now - probedFullEpochSecond >= RAISE_SECONDS;
    return raise ? with(passes, fails, Phase.RAISE, 0) : this;
  }

  private PathSearch settled() {
    // A last look at the full size: what was lost at one time need not be lost at another.
    return fails - passes <= EXACT ? with(passes, fails, Phase.RAISE, 0) : this;
  }

  private PathSearch with(int passes, int fails, Phase phase, int lost) {
    return new PathSearch(full, floor, passes, fails, phase, lost, probedFullEpochSecond);
  }
}
