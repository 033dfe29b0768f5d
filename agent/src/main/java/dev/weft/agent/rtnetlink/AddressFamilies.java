package dev.weft.agent.rtnetlink;

import dev.weft.agent.nativelib.Sockets;
import dev.weft.mesh.net.Family;
import java.util.Optional;

/** AF_INET and AF_INET6. */
public final class AddressFamilies {
  private AddressFamilies() {}

  public static int number(Family family) {
    return switch (family) {
      case IPV4 -> Sockets.AF_INET;
      case IPV6 -> Sockets.AF_INET6;
    };
  }

  /** Empty for any other number. */
  public static Optional<Family> of(int number) {
    return switch (number) {
      case Sockets.AF_INET -> Optional.of(Family.IPV4);
      case Sockets.AF_INET6 -> Optional.of(Family.IPV6);
      default -> Optional.empty();
    };
  }
}
