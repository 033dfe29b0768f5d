package dev.weft.agent.wireguard;

import dev.weft.agent.nativelib.Sockets;
import dev.weft.agent.netlink.Payload;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import java.util.Optional;

/**
 * Endpoints as the kernel has them.
 *
 * <pre>
 *  sockaddr_in:   | u16 2  | be16 port | 4 bytes address | 8 bytes zero |
 *  sockaddr_in6:  | u16 10 | be16 port | u32 flow | 16 bytes address | u32 scope |
 * </pre>
 */
final class SocketAddresses {
  /** The third quarter of {@code ::ffff:0:0/96}. */
  private static final long MAPPED_PREFIX = 0xffff;

  private SocketAddresses() {}

  /** Writes an endpoint whose host is numeric. */
  static void put(PayloadBuilder b, Endpoint endpoint) {
    var address =
        endpoint
            .address()
            .orElseThrow(
                () -> new IllegalArgumentException("endpoint " + endpoint + " isn't numeric"));
    b.u16(address.family() == Family.IPV4 ? Sockets.AF_INET : Sockets.AF_INET6)
        .u8(endpoint.port() >> 8)
        .u8(endpoint.port());
    switch (address.family()) {
      case IPV4 -> b.raw(address.toBytes()).u32(0).u32(0);
      case IPV6 -> b.u32(0).raw(address.toBytes()).u32(0);
    }
  }

  /**
   * The endpoint; none where no packet could be sent to it: with port 0, or an IPv4-mapped IPv6
   * address, which WireGuard takes and no socket of its reaches.
   */
  static Optional<Endpoint> read(Payload value) {
    int port = value.be16(2);
    IpAddress address =
        switch (value.u16(0)) {
          case Sockets.AF_INET -> value.address(4, Family.IPV4);
          case Sockets.AF_INET6 -> value.address(8, Family.IPV6);
          default -> throw value.malformed("an endpoint of family " + value.u16(0));
        };
    return port == 0 || isMapped(address)
        ? Optional.empty()
        : Optional.of(Endpoint.of(address, port));
  }

  private static boolean isMapped(IpAddress address) {
    return address.family() == Family.IPV6
        && address.high() == 0
        && address.low() >>> 32 == MAPPED_PREFIX;
  }
}
