package dev.weft.mesh.desired;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * Packets that leave the mesh take the address of the link they leave by.
 *
 * @param source sources; one family
 * @param destination destinations; empty: any
 * @param except destinations that keep the source
 */
public record MasqueradeRule(List<Prefix> source, List<Prefix> destination, List<Prefix> except) {
  public MasqueradeRule {
    source = List.copyOf(source);
    destination = List.copyOf(destination);
    except = List.copyOf(except);
  }

  /** The family of its sources; IPv4 where it has none. */
  public Family family() {
    return source.isEmpty() ? Family.IPV4 : source.getFirst().family();
  }
}
