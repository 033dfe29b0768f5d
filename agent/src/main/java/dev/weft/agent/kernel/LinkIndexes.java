package dev.weft.agent.kernel;

import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.rtnetlink.LinkMessages;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Interface indexes by link name, remembered until forgotten on request. */
final class LinkIndexes {
  private final NetlinkSocket route;
  private final Map<String, Integer> indexes = new HashMap<>();

  LinkIndexes(NetlinkSocket route) {
    this.route = route;
  }

  /** The index; ENODEV if there is no such link. */
  int of(String link) throws IOException {
    var known = indexes.get(link);
    if (known != null) {
      return known;
    }
    int index =
        route.get("RTM_GETLINK " + link, LinkMessages.get(link), m -> LinkMessages.read(m).index());
    indexes.put(link, index);
    return index;
  }

  void forget() {
    indexes.clear();
  }
}
