package dev.weft.e2e.capture;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges packets in the order in which they came. It goes by content where it can: a packet on
 * WireGuard's port that isn't WireGuard is a violation, WireGuard on any port is none. Not for use
 * by several threads.
 */
public final class Classifier {
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_ARP = 0x0806;
  private static final int ETHERTYPE_IPV6 = 0x86dd;
  private static final int SYN = 0x02;
  private static final int WEB_PORT = 80;
  private static final int TLS_HANDSHAKE = 0x16;

  private final InetAddress api;
  private final int apiPort;
  private final InetAddress resolver;
  private final Set<InetAddress> web;
  private final List<Prefix> routed;

  private final Map<Kind, Long> allowed = new EnumMap<>(Kind.class);
  private final List<Violation> violations = new ArrayList<>();
  private long violationCount;

  private final Set<Flow> allowedFlows = new HashSet<>();
  private final Set<String> allowedFragments = new HashSet<>();
  private final Map<Flow, Integer> firstByte = new HashMap<>(); // sequence number after the SYN

  /**
   * @param api the API server's public address
   * @param resolver the lab's DNS server
   * @param web addresses of the lab's web server
   * @param routed private prefixes that may cross all the same
   */
  public Classifier(
      InetAddress api,
      int apiPort,
      InetAddress resolver,
      Set<InetAddress> web,
      List<Prefix> routed) {
    this.api = api;
    this.apiPort = apiPort;
    this.resolver = resolver;
    this.web = Set.copyOf(web);
    this.routed = List.copyOf(routed);
  }

  /** Judges one frame. */
  public void accept(Frame frame) {
    try {
      judge(frame.bytes())
          .ifPresentOrElse(
              kind -> allowed.merge(kind, 1L, Long::sum),
              () -> violation(frame, describe(frame.bytes())));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      violation(frame, "unreadable frame: " + e.getMessage());
    }
  }

  /** What was found so far. */
  public Verdict verdict() {
    return new Verdict(allowed, violations, violationCount);
  }

  private Optional<Kind> judge(ByteBuffer frame) {
    return switch (frame.getShort(12) & 0xffff) {
      case ETHERTYPE_ARP -> arp(frame.slice(14, frame.limit() - 14));
      case ETHERTYPE_IPV4, ETHERTYPE_IPV6 -> ip(Packet.parse(frame.slice(14, frame.limit() - 14)));
      default -> Optional.empty();
    };
  }

  private Optional<Kind> arp(ByteBuffer arp) {
    var sender = new byte[4];
    var target = new byte[4];
    arp.get(14, sender);
    arp.get(24, target);
    return isForbidden(sender) || isForbidden(target) ? Optional.empty() : Optional.of(Kind.ARP);
  }

  private boolean hasForbidden(Packet packet) {
    return isForbidden(packet.source().getAddress())
        || isForbidden(packet.destination().getAddress());
  }

  private boolean isForbidden(byte[] address) {
    return PrivateAddresses.contains(address)
        && routed.stream().noneMatch(p -> p.contains(IpAddress.ofBytes(address)));
  }

  private Optional<Kind> ip(Packet packet) {
    if (isOfOneLink(packet)) {
      return Optional.of(Kind.ARP);
    }
    if (hasForbidden(packet)) {
      return Optional.empty();
    }
    if (packet.fragmentOffset() > 0) {
      return allowedFragments.contains(fragment(packet))
          ? Optional.of(Kind.WIREGUARD)
          : Optional.empty();
    }
    if (!packet.hasTransportHeader()) {
      return Optional.empty();
    }
    var kind =
        switch (packet.protocol()) {
          case Packet.UDP -> udp(packet);
          case Packet.TCP -> tcp(packet);
          case Packet.ICMP, Packet.ICMPV6 -> icmp(packet);
          default -> Optional.<Kind>empty();
        };
    if (kind.isPresent() && packet.fragmentId() >= 0) {
      allowedFragments.add(fragment(packet));
    }
    return kind;
  }

  /**
   * Neighbour and router discovery, multicast listener reports: from and to link-local addresses.
   */
  private static boolean isOfOneLink(Packet packet) {
    if (packet.protocol() != Packet.ICMPV6 || !packet.hasTransportHeader()) {
      return false;
    }
    int type = packet.payload().get(0) & 0xff;
    boolean discovery = (type >= 130 && type <= 137) || type == 143;
    var to = packet.destination();
    return discovery
        && (packet.source().isLinkLocalAddress() || packet.source().isAnyLocalAddress())
        && (to.isLinkLocalAddress() || to.isMCLinkLocal());
  }

  private Optional<Kind> udp(Packet packet) {
    var flow = packet.flow();
    boolean toResolver = packet.destination().equals(resolver) && flow.destinationPort() == 53;
    boolean fromResolver = packet.source().equals(resolver) && flow.sourcePort() == 53;
    int length = (packet.payload().getShort(4) & 0xffff) - 8;
    var data = packet.payload().slice(8, packet.payload().limit() - 8);
    Optional<Kind> kind =
        toResolver || fromResolver
            ? Optional.of(Kind.DNS)
            : WireGuardMessage.looksLike(data, length)
                ? Optional.of(Kind.WIREGUARD)
                : Optional.empty();
    kind.ifPresent(_ -> allowedFlows.add(flow));
    return kind;
  }

  private Optional<Kind> tcp(Packet packet) {
    var flow = packet.flow();
    boolean toApi = packet.destination().equals(api) && flow.destinationPort() == apiPort;
    boolean fromApi = packet.source().equals(api) && flow.sourcePort() == apiPort;
    if (isWeb(packet)) {
      allowedFlows.add(flow);
      return Optional.of(Kind.WEB);
    }
    if (!toApi && !fromApi) {
      return Optional.empty();
    }
    var segment = packet.payload();
    if (segment.limit() < 20) {
      return Optional.empty();
    }
    int sequence = segment.getInt(4);
    int header = (segment.get(12) >> 4 & 0xf) * 4;
    if ((segment.get(13) & SYN) != 0) {
      firstByte.put(flow, sequence + 1);
    } else if (packet.payloadLength() > header
        && Integer.valueOf(sequence).equals(firstByte.get(flow))
        && (segment.limit() < header + 2
            || segment.get(header) != TLS_HANDSHAKE
            || segment.get(header + 1) != 3)) {
      return Optional.empty();
    }
    allowedFlows.add(flow);
    return Optional.of(Kind.API_TLS);
  }

  private boolean isWeb(Packet packet) {
    var flow = packet.flow();
    return (web.contains(packet.destination()) && flow.destinationPort() == WEB_PORT)
        || (web.contains(packet.source()) && flow.sourcePort() == WEB_PORT);
  }

  /** An error quotes the packet it is about, which went the other way or was never let through. */
  private Optional<Kind> icmp(Packet packet) {
    int type = packet.payload().get(0) & 0xff;
    boolean error =
        packet.source() instanceof Inet4Address
            ? type == 3 || type == 11 || type == 12
            : type >= 1 && type <= 4;
    if (!error) {
      return Optional.empty();
    }
    var quoted = Packet.parse(packet.payload().slice(8, packet.payload().limit() - 8));
    boolean aboutAllowed =
        quoted.hasTransportHeader()
            && (allowedFlows.contains(quoted.flow())
                || allowedFlows.contains(quoted.flow().reversed()));
    return aboutAllowed ? Optional.of(Kind.ICMP_ERROR) : Optional.empty();
  }

  private void violation(Frame frame, String reason) {
    violationCount++;
    if (violations.size() < Verdict.KEPT) {
      violations.add(new Violation(frame.time(), reason));
    }
  }

  private String describe(ByteBuffer frame) {
    int type = frame.getShort(12) & 0xffff;
    if (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6) {
      return type == ETHERTYPE_ARP
          ? "ARP for a private address"
          : "Ethernet type 0x%04x".formatted(type);
    }
    var packet = Packet.parse(frame.slice(14, frame.limit() - 14));
    var privacy = hasForbidden(packet) ? "private address: " : "not allowed: ";
    var protocol =
        switch (packet.protocol()) {
          case Packet.UDP -> "UDP";
          case Packet.TCP -> "TCP";
          case Packet.ICMP -> "ICMP";
          case Packet.ICMPV6 -> "ICMPv6";
          default -> "IP protocol " + packet.protocol();
        };
    boolean ports =
        packet.hasTransportHeader()
            && (packet.protocol() == Packet.UDP || packet.protocol() == Packet.TCP);
    return "%s%s %s%s > %s%s, %d bytes"
        .formatted(
            privacy,
            protocol,
            packet.source().getHostAddress(),
            ports ? ":" + packet.flow().sourcePort() : "",
            packet.destination().getHostAddress(),
            ports ? ":" + packet.flow().destinationPort() : "",
            packet.payloadLength());
  }

  private static String fragment(Packet packet) {
    return packet.source() + ">" + packet.destination() + "#" + packet.fragmentId();
  }
}
