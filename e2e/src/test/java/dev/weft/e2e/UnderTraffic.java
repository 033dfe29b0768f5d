package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.e2e.probe.Loss;
import dev.weft.e2e.probe.SequencedTraffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sequence-numbered traffic each way between every pair of clouds, while something is done: 100
 * packets a second, or as many as {@code WEFT_TRAFFIC_RATE} says ({@code make soak}: 1000).
 *
 * <p>Where wireguard-go runs in place of the kernel, a machine of few cores sometimes doesn't
 * schedule it for longer than its socket's buffer or its device's queue lasts (some 50 ms at 1000
 * packets a second). Linux counts these packets: {@code RcvbufErrors} of the receiving node, {@code
 * tx_dropped} of the sending device. So many, and no more, of a cloud's losses are told apart as
 * what they are: a starved process, not a path that was broken.
 */
final class UnderTraffic implements AutoCloseable {
  private static final int PER_SECOND =
      Integer.parseInt(System.getenv().getOrDefault("WEFT_TRAFFIC_RATE", "100"));

  private final Map<String, Integer> overflowedBefore = overflows();
  private final SequencedTraffic traffic;

  UnderTraffic(int seconds) {
    var directions = SequencedTraffic.betweenAll(SharedLab.onePodPerCloud());
    traffic = SequencedTraffic.start(directions, PER_SECOND, PER_SECOND * seconds);
  }

  /** Waits for the end, prints what was lost, and fails if it was more than overflowed. */
  void assertNothingLost() {
    List<Loss> losses = traffic.join();
    losses.forEach(loss -> System.out.println("measured: " + loss));
    var overflowed = overflows();
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
    assertEquals(List.of(), broken, () -> "lost, overflows aside: " + losses);
  }

  private static String cloud(String node) {
    return node.substring(0, node.indexOf('-'));
  }

  /** Udp RcvbufErrors and the device's tx_dropped, by cloud. */
  private static Map<String, Integer> overflows() {
    Map<String, Integer> byCloud = new TreeMap<>();
    for (var node : SharedLab.lab().inventory().nodes()) {
      var count =
          SharedLab.on(
              node.name(),
              "echo $(($(awk '$1 == \"Udp:\" { if (!n) for (n = NF; $n != \"RcvbufErrors\"; n--); else print $n }' /proc/net/snmp) + $(awk '$1 == \"weft0:\" { print $13 }' /proc/net/dev)))");
      byCloud.merge(cloud(node.name()), Integer.parseInt(count), Integer::sum);
    }
    return byCloud;
  }

  @Override
  public void close() {
    traffic.close();
  }
}
