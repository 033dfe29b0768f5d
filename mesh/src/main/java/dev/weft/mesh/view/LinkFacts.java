package dev.weft.mesh.view;

import dev.weft.mesh.net.InterfaceAddress;
import java.util.List;

/**
 * A network link of the own node, without Weft's own.
 *
 * @param name link name
 * @param mtu bytes
 * @param addresses of both families
 */
public record LinkFacts(String name, int mtu, List<InterfaceAddress> addresses) {
  public LinkFacts {
    addresses = List.copyOf(addresses);
  }
}
