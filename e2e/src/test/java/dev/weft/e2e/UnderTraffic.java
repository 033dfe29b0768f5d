package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.probe.Endpoint;
import dev.weft.e2e.probe.Loss;
import dev.weft.e2e.probe.SequencedTraffic;
import dev.weft.e2e.probe.SequencedTraffic.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Sequence-numbered traffic between every pair of clouds, while something is done: 1000 packets a
 * second, or as many as {@code WEFT_TRAFFIC_RATE} says.
 *
 * <p>Where wireguard-go runs in place of the kernel, a machine of few cores sometimes doesn't
 * schedule it for longer than its socket's buffer or its device's queue lasts (some 50 ms at 1000
 * packets a second). Linux counts these packets: {@code RcvbufErrors} of the receiving node or pod,
 * {@code tx_dropped} of the sending device. So many, and no more, of a cloud's losses are told
 * apart as what they are: a starved process, not a path that was broken.
 */
final class UnderTraffic implements AutoCloseable {
  private static final int PER_SECOND =
      Integer.parseInt(System.getenv().getOrDefault("WEFT_TRAFFIC_RATE", "1000"));

  /** The first line that starts with Udp: names the columns, the second has the values. */
  private static final String RCVBUF_ERRORS =
      "awk '$1 == \"Udp:\" { if (!n) for (n = NF; $n != \"RcvbufErrors\"; n--); else print $n }' /proc/net/snmp";

  private static final String TX_DROPPED = "awk '$1 == \"weft0:\" { print $13 }' /proc/net/dev";

  /** What comes late of what was done. */
  private static final Duration TAIL = Duration.ofSeconds(2);

  private final Supplier<Map<String, Integer>> overflows;
  private final int perSecond;
  private final Map<String, Integer> overflowedBefore;
  private final Supplier<DropCounters> drops;
  private final DropCounters droppedBefore;
  private final SequencedTraffic traffic;
  private final long started = System.nanoTime();

  /** Between which pods, and in which directions. */
  enum Flows {
    /** Every pod sends to every other. */
    BOTH_WAYS,
    /** Each pod sends to the next, so that nothing is ever answered. */
    ONE_WAY;

    private List<Direction> between(List<Endpoint> pods) {
      if (this == BOTH_WAYS) {
        return SequencedTraffic.betweenAll(pods);
      }
      return IntStream.range(0, pods.size())
          .mapToObj(i -> new Direction(pods.get(i), pods.get((i + 1) % pods.size())))
          .toList();
    }
  }

  UnderTraffic(int seconds) {
    this(Flows.BOTH_WAYS, seconds);
  }

  UnderTraffic(Flows flows, int seconds) {
    this(SharedLab.lab(), flows, SharedLab.onePodPerCloud(), seconds);
  }

  /** In another lab, between these pods. */
  UnderTraffic(Lab lab, Flows flows, List<Endpoint> pods, int seconds) {
    this(() -> overflows(lab), flows.between(pods), PER_SECOND, seconds);
  }

  /**
   * In these directions.
   *
   * @param overflows what overflowed until now, by cloud
   */
  UnderTraffic(
      Supplier<Map<String, Integer>> overflows,
      List<Direction> directions,
      int perSecond,
      int seconds) {
    this(overflows, () -> new DropCounters(Map.of()), directions, perSecond, seconds);
  }

  /**
   * The same, on machines that have more to tell of a loss.
   *
   * @param drops told where more was lost than overflowed
   */
  UnderTraffic(
      Supplier<Map<String, Integer>> overflows,
      Supplier<DropCounters> drops,
      List<Direction> directions,
      int perSecond,
      int seconds) {
    this.drops = drops;
    this.droppedBefore = drops.get();
    this.overflows = overflows;
    this.perSecond = perSecond;
    this.overflowedBefore = overflows.get();
    traffic = SequencedTraffic.start(directions, perSecond, perSecond * seconds);
  }

  /** Does something, and prints which packets were due meanwhile. */
  void during(String what, Runnable done) {
    long from = due();
    done.run();
    System.out.printf("measured: %s: packets %d to %d%n", what, from, due());
  }

  private long due() {
    return Duration.ofNanos(System.nanoTime() - started).toMillis() * perSecond / 1_000;
  }

  /** Ends after a moment and returns what became of each flow. */
  List<Loss> end() throws InterruptedException {
    assertFalse(traffic.isOver(), "the traffic ended before what was done under it");
    Thread.sleep(TAIL);
    traffic.end();
    var losses = traffic.join();
    losses.forEach(loss -> System.out.println("measured: " + loss));
    return losses;
  }

  /**
   * The same at once: what was to be done is done. It had to be done before the seconds were over,
   * or nobody would have seen what it cost.
   */
  void endAndAssertNothingLost() throws InterruptedException {
    assertFalse(traffic.isOver(), "the traffic ended before what was done under it");
    Thread.sleep(TAIL);
    traffic.end();
    assertNothingLost();
  }

  /** Waits for the end, prints what was lost, and fails if it was more than overflowed. */
  void assertNothingLost() {
    List<Loss> losses = traffic.join();
    losses.forEach(loss -> System.out.println("measured: " + loss));
    var overflowed = new TreeMap<>(overflows.get());
    overflowed.replaceAll((cloud, n) -> n - overflowedBefore.getOrDefault(cloud, 0));
    System.out.println(
        "measured: packets that a starved wireguard-go let overflow, by cloud: " + overflowed);
    var broken = new ArrayList<String>();
    for (var loss : losses) {
      var to = cloud(loss.flow().substring(loss.flow().lastIndexOf(' ') + 1));
      int excused = overflowed.getOrDefault(to, 0) + overflowed.getOrDefault(cloud(loss.flow()), 0);
      if (loss.lost() > excused) {
        broken.add("%d packets %s".formatted(loss.lost(), loss.flow()));
      }
    }
    // A packet that overflowed excuses one loss, not one of each flow.
    int lost = losses.stream().mapToInt(Loss::lost).sum();
    int excused = overflowed.values().stream().mapToInt(Integer::intValue).sum();
    if (lost > excused) {
      broken.add("%d packets in all, of which %d overflowed".formatted(lost, excused));
    }
    if (!broken.isEmpty()) {
      System.out.println(
          "measured: what Linux counted as dropped: " + drops.get().grownSince(droppedBefore));
    }
    assertEquals(List.of(), broken, () -> "lost, overflows aside: " + losses);
  }

  private static String cloud(String node) {
    return node.substring(0, node.indexOf('-'));
  }

  /** Udp RcvbufErrors of nodes and pods and the device's tx_dropped, by cloud. */
  static Map<String, Integer> overflows(Lab lab) {
    return overflows(lab, Set.of());
  }

  /** The same without some nodes, which may be off. */
  static Map<String, Integer> overflows(Lab lab, Set<String> except) {
    Map<String, Integer> byCloud = new TreeMap<>();
    var nodes = lab.inventory().nodes().stream().filter(n -> !except.contains(n.name())).toList();
    for (var node : nodes) {
      count(byCloud, node.name(), said(lab.machine(node.name()), RCVBUF_ERRORS));
      count(byCloud, node.name(), said(lab.machine(node.name()), TX_DROPPED));
      for (var pod : node.pods(lab.inventory().topology())) {
        count(byCloud, node.name(), said(lab.pod(pod), RCVBUF_ERRORS));
      }
    }
    return byCloud;
  }

  /** What overflowed in the network that the place is in. */
  static int overflowed(Place place) {
    return Integer.parseInt(said(place, RCVBUF_ERRORS))
        + Integer.parseInt(said(place, TX_DROPPED + " | grep . || echo 0"));
  }

  private static String said(Place place, String script) {
    return Shell.script(place, script).orThrow().strip();
  }

  private static void count(Map<String, Integer> byCloud, String node, String count) {
    byCloud.merge(cloud(node), Integer.parseInt(count), Integer::sum);
  }

  @Override
  public void close() {
    traffic.close();
  }
}
