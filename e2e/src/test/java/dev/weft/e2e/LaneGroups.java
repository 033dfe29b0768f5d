package dev.weft.e2e;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import java.util.List;

/** The next-hop groups by which nodes choose among the gateways of another location. */
final class LaneGroups {
  private LaneGroups() {}

  /**
   * The devices by which a node's packets to a pod of another location leave.
   *
   * @param node a gateway of its location
   * @param pod an address of a pod, in a /24 of its node
   * @return names such as weft01, sorted; empty: there is no such route or group
   */
  static List<String> devices(Lab lab, String node, String pod) {
    var script =
        """
        id=$(ip route show table 7050 %s | grep -o 'nhid [0-9]*' | head -1 | cut -d' ' -f2)
        for m in $(ip nexthop get id "$id" | sed 's/.*group \\([^ ]*\\).*/\\1/; s/,[0-9]*//g; s,/, ,g'); do
          ip nexthop get id "$m" | grep -o 'weft[0-9]*'
        done | sort -u
        """
            .formatted(pod.replaceAll("[.]\\d+$", ".0/24"));
    var said = Shell.script(lab.machine(node), script);
    return said.ok() ? said.out().strip().lines().toList() : List.of();
  }
}
