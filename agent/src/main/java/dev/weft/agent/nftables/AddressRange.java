package dev.weft.agent.nftables;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.List;

/** A run of addresses, as nft lists what isn't one prefix. */
final class AddressRange {
  private AddressRange() {}

  /** The fewest prefixes that make up the addresses from first to last, both included. */
  static List<Prefix> prefixes(IpAddress first, IpAddress last) {
    var prefixes = new ArrayList<Prefix>();
    var at = first;
    while (at.compareTo(last) <= 0) {
      var prefix = Prefix.host(at);
      while (prefix.length() > 0) {
        var wider = Prefix.of(at, prefix.length() - 1);
        if (!wider.address().equals(at) || lastOf(wider).compareTo(last) > 0) {
          break;
        }
        prefix = wider;
      }
      prefixes.add(prefix);
      var end = lastOf(prefix);
      if (end.compareTo(last) >= 0) {
        break;
      }
      at = end.plus(1);
    }
    return prefixes;
  }

  /** The last address of the prefix. */
  static IpAddress lastOf(Prefix prefix) {
    int host = prefix.family().bits() - prefix.length();
    var a = prefix.address();
    long low = host >= 64 ? -1L : a.low() | ((1L << host) - 1);
    long high = host <= 64 ? a.high() : host == 128 ? -1L : a.high() | ((1L << (host - 64)) - 1);
    return new IpAddress(a.family(), high, prefix.family().bits() == 32 ? low & 0xffff_ffffL : low);
  }
}
