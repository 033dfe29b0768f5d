package dev.weft.e2e.cluster;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Subnet;
import java.util.List;
import java.util.stream.Stream;

/**
 * The packets with private addresses, such as pods', that came into the internet, where all have to
 * be encrypted.
 *
 * @param count of all since the cluster came up
 * @param last the last of them as the sniffers saw them, for people
 */
public record LeakedPackets(long count, List<String> last) {
  private static final int SHOWN = 40;

  /** Those until now. */
  static LeakedPackets of(RealCluster cluster) {
    var counter =
        Shell.run(cluster.internet(), "nft", "list", "counter", "inet", "internet", "private");
    long count = Long.parseLong(counter.orThrow().replaceAll("(?s).*packets (\\d+).*", "$1"));
    return new LeakedPackets(count, count == 0 ? List.of() : last(cluster));
  }

  /** Those among them that a pod sent to a pod, since the cluster came up. */
  static long betweenPods(RealCluster cluster, Subnet pods) {
    var filter = "src net %1$s and dst net %1$s".formatted(pods);
    return captured(cluster, filter).count();
  }

  private static List<String> last(RealCluster cluster) {
    var all =
        captured(
                cluster,
                "ip and (net 10.0.0.0/8 or net 172.16.0.0/12 or net 192.168.0.0/16"
                    + " or net 100.64.0.0/10 or net 169.254.0.0/16) or ip6 net fc00::/7")
            .toList();
    return all.subList(Math.max(0, all.size() - SHOWN), all.size());
  }

  // A capture is written on meanwhile, so its last packet may be cut short: tcpdump then fails.
  private static Stream<String> captured(RealCluster cluster, String filter) {
    var script =
        """
        for f in %s/capture/*.pcap; do tcpdump -nn -tttt -r "$f" '%s' 2>/dev/null; done | sort
        """
            .formatted(cluster.directory().root(), filter);
    return Shell.script(Place.HOST, script).out().lines();
  }

  @Override
  public String toString() {
    return count + " packets with private addresses, the last:\n" + String.join("\n", last);
  }
}
