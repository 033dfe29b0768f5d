package dev.weft.operator.observe;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.SpecialRanges;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * The address by which this operator calls the API server. It may be none of the Service's
 * endpoints: a load balancer before them, which agents and kubelets call as well.
 *
 * @param addresses it, or nothing
 * @param names it, if it is a DNS name, or nothing
 */
public record CalledServer(List<IpAddress> addresses, Set<String> names) {
  static final CalledServer NONE = new CalledServer(List.of(), Set.of());

  /** Reads a client's URL; one that leads to this machine itself is nothing that others claim. */
  public static CalledServer of(String url) {
    try {
      var host = URI.create(url).getHost();
      if (host == null) {
        return NONE;
      }
      var bare = host.replaceAll("^\\[|\\]$", "");
      if (bare.indexOf(':') >= 0 || bare.matches("[0-9.]+")) {
        var address = IpAddress.parse(bare);
        return SpecialRanges.reserved(address).isPresent()
            ? NONE
            : new CalledServer(List.of(address), Set.of());
      }
      return bare.equals("localhost") ? NONE : new CalledServer(List.of(), Set.of(bare));
    } catch (IllegalArgumentException e) {
      return NONE; // the client itself would not work with it
    }
  }
}
