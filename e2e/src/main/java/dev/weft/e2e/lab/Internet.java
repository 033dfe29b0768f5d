package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Shell;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The internet and the routers of the clouds: namespaces that forward, translate addresses, and
 * keep a record of every packet that enters the internet.
 */
public final class Internet {
  /** The network namespace that routes between the clouds. */
  public static final String NAME = "internet";

  private static final String PRIVATE =
      "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16";

  private final LabDirectory directory;
  private final Topology topology;

  /** The internet of a lab, built or not. */
  public Internet(LabDirectory directory, Topology topology) {
    this.directory = directory;
    this.topology = topology;
  }

  /** Builds the internet and every cloud's router. */
  public void build() {
    var script =
        new StringBuilder(
            """
            inside() { local name=$1; shift; nsenter --net=/run/netns/$name "$@"; }
            router() {
              ip netns add $1
              inside $1 sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
                net.ipv4.conf.default.rp_filter=0 net.ipv6.conf.all.disable_ipv6=$2 \
                net.ipv6.conf.default.disable_ipv6=$2 net.ipv6.conf.all.forwarding=1 \
                net.ipv6.conf.default.accept_dad=0
              inside $1 sysctl -qw net.bridge.bridge-nf-call-iptables=0 2>/dev/null || true
              ip -n $1 link set lo up
            }
            router internet %3$d
            for address in %1$s; do ip -n internet addr add $address dev lo; done
            inside internet nft -f - <<'NFT'
            table inet internet {
              set cut { type ifname; }
              counter private { }
              chain prerouting {
                type filter hook prerouting priority raw; policy accept;
                iifname "lo" accept
                iifname @cut drop
                %4$sip saddr { %2$s } counter name private drop
                %5$sip daddr { %2$s } counter name private drop
                ip6 saddr fc00::/7 counter name private drop
                ip6 daddr fc00::/7 counter name private drop
              }
              chain forward {
                type filter hook forward priority filter; policy accept;
                oifname @cut drop
              }
              chain narrow {
                type filter hook forward priority filter - 1; policy accept;
              }
            }
            NFT
            """
                .formatted(
                    String.join(" ", topology.webServers()),
                    PRIVATE,
                    speaksIPv6() ? 0 : 1,
                    isNotRouted("saddr"),
                    isNotRouted("daddr")));
    topology.clouds().forEach(cloud -> script.append(cloud(cloud)));
    Shell.script(directory.lab(), script.toString()).orThrow();
    startResolver();
    topology.webServers().forEach(this::startWebServer);
    topology.clouds().forEach(this::startSniffer);
  }

  /**
   * Joins this lab's internet with another's, so that the clouds of both reach each other's public
   * addresses. No public prefix may be in both. The link is gone with either lab.
   */
  public void join(Internet other) {
    var ours = prefixes();
    var common = other.prefixes().stream().filter(ours::contains).toList();
    if (!common.isEmpty()) {
      throw new IllegalArgumentException(
          "%s and %s both have the public prefix %s"
              .formatted(directory.name(), other.directory.name(), common.getFirst()));
    }
    // Equal link addresses without ARP: a point-to-point link that needs no addresses of its own.
    var script =
        new StringBuilder(
            """
            ip link add %1$s address 02:00:00:00:00:02 type veth \
              peer name %2$s address 02:00:00:00:00:02 netns %3$s
            ip link set %1$s arp off up
            nsenter --net=%3$s ip link set %2$s arp off up
            """
                .formatted(linkTo(other), other.linkTo(this), other.directory.netns(NAME)));
    other
        .prefixes()
        .forEach(p -> script.append("ip route add %s dev %s\n".formatted(p, linkTo(other))));
    ours.forEach(
        p ->
            script.append(
                "nsenter --net=%s ip route add %s dev %s\n"
                    .formatted(other.directory.netns(NAME), p, other.linkTo(this))));
    Shell.script(directory.networkOnly(NAME), script.toString()).orThrow();
  }

  private List<Subnet> prefixes() {
    return topology.clouds().stream().flatMap(c -> c.publicSubnets().stream()).toList();
  }

  /** A link's name has 15 characters at most, a lab's has 32. */
  private String linkTo(Internet other) {
    return "lab-%08x".formatted(other.directory.name().hashCode());
  }

  /** A match of nftables; empty where no private prefix is routed. */
  private String isNotRouted(String field) {
    var routed =
        topology.routedPrivately().stream()
            .filter(p -> p.family() == Family.IPV4)
            .map(Prefix::toString)
            .collect(Collectors.joining(", "));
    return routed.isEmpty() ? "" : "ip %s != { %s } ".formatted(field, routed);
  }

  private boolean speaksIPv6() {
    return topology.clouds().stream().anyMatch(c -> c.publicSubnet(Family.IPV6).isPresent());
  }

  private String cloud(CloudSpec cloud) {
    boolean six = cloud.publicSubnet(Family.IPV6).isPresent();
    var script =
        new StringBuilder(
            """
            router cloud-%1$s %2$d
            ip -n internet link add %1$s type veth peer name wan netns cloud-%1$s
            ip -n internet link set %1$s up
            ip -n cloud-%1$s link set wan up
            """
                .formatted(cloud.name(), six ? 0 : 1));
    cloud
        .publicSubnet(Family.IPV4)
        .ifPresent(
            p -> script.append(cloud.nat() == Nat.ROUTED ? lent(cloud, p) : uplink(cloud, p)));
    cloud.publicSubnet(Family.IPV6).ifPresent(p -> script.append(routed(cloud, p)));
    cloud.links().forEach(i -> script.append(link(cloud, i)));
    if (cloud.links().count() > 1) {
      script.append(sourceAndDestinationCheck(cloud));
    }
    return script.toString();
  }

  private static String uplink(CloudSpec cloud, Subnet prefix) {
    return """
        ip -n internet addr add %2$s/%4$d dev %1$s
        ip -n cloud-%1$s addr add %3$s/%4$d dev wan
        ip -n cloud-%1$s route add default via %2$s
        inside cloud-%1$s nft -f - <<'NFT'
        %5$s
        NFT
        """
        .formatted(
            cloud.name(), prefix.host(1), prefix.host(2), prefix.length(), translation(cloud));
  }

  /** The link between the routers has no addresses of its own: the prefix is the cloud's. */
  private String lent(CloudSpec cloud, Subnet prefix) {
    return """
        ip -n internet route add %2$s via %3$s dev %1$s onlink
        ip -n cloud-%1$s route add default via %4$s dev wan onlink
        """
        .formatted(cloud.name(), prefix, prefix.host(1), topology.resolver());
  }

  /** Between routers, link-local addresses will do. */
  private static String routed(CloudSpec cloud, Subnet prefix) {
    return """
        ip -n internet addr add fe80::1/64 dev %1$s
        ip -n cloud-%1$s addr add fe80::2/64 dev wan
        ip -n internet route add %2$s via fe80::2 dev %1$s
        ip -n cloud-%1$s route add default via fe80::1 dev wan
        inside cloud-%1$s nft -f - <<'NFT'
        %3$s
        NFT
        """
        .formatted(cloud.name(), prefix, firewall(cloud));
  }

  private static String firewall(CloudSpec cloud) {
    return switch (cloud.nat()) {
      case ROUTED, ONE_TO_ONE -> "";
      case PORT_RESTRICTED, SYMMETRIC ->
          """
          table ip6 firewall {
            chain forward {
              type filter hook forward priority filter; policy accept;
              iifname "wan" ct state established,related accept
              iifname "wan" drop
            }
          }""";
    };
  }

  // Without an address of its own a bridge has that of a port, and loses it with the port: packets
  // under way to the router would be lost when a machine is powered off.
  private static String link(CloudSpec cloud, int part) {
    var lan = CloudSpec.lanOfPart(part);
    var script =
        new StringBuilder(
            """
            ip -n cloud-%1$s link add %2$s address 02:00:00:00:00:01 type bridge forward_delay 0
            ip -n cloud-%1$s link set %2$s up
            """
                .formatted(cloud.name(), lan));
    for (var prefix : cloud.onLink(part)) {
      script.append(
          "ip -n cloud-%s addr add %s/%d dev %s%s\n"
              .formatted(
                  cloud.name(),
                  prefix.host(1),
                  prefix.length(),
                  lan,
                  prefix.family() == Family.IPV6 ? " nodad" : ""));
    }
    return script.toString();
  }

  private static String sourceAndDestinationCheck(CloudSpec cloud) {
    return """
        inside cloud-%1$s nft -f - <<'NFT'
        table ip check {
          counter foreign { }
          chain forward {
            type filter hook forward priority filter; policy accept;
            iifname "lan*" oifname "lan*" ip saddr != %2$s counter name foreign drop
            iifname "lan*" oifname "lan*" ip daddr != %2$s counter name foreign drop
          }
        }
        NFT
        """
        .formatted(cloud.name(), cloud.privateSubnet(Family.IPV4).orElseThrow());
  }

  private static String translation(CloudSpec cloud) {
    return switch (cloud.nat()) {
      case ROUTED -> "";
      case ONE_TO_ONE ->
          """
          table ip router {
            map inbound { type ipv4_addr : ipv4_addr; }
            map outbound { type ipv4_addr : ipv4_addr; }
            chain prerouting {
              type nat hook prerouting priority dstnat;
              dnat to ip daddr map @inbound
            }
            chain postrouting {
              type nat hook postrouting priority srcnat;
              oifname "wan" snat to ip saddr map @outbound
              oifname "lan*" ct status dnat snat to ip saddr map @outbound
            }
          }""";
      case PORT_RESTRICTED -> sharedAddress(cloud, "masquerade");
      case SYMMETRIC -> sharedAddress(cloud, "masquerade fully-random");
    };
  }

  // Only the cloud's own addresses are translated: a leak keeps its source, and is seen.
  private static String sharedAddress(CloudSpec cloud, String masquerade) {
    return """
        table ip router {
          chain postrouting {
            type nat hook postrouting priority srcnat;
            ip saddr %s oifname "wan" %s
          }
          chain forward {
            type filter hook forward priority filter; policy accept;
            iifname "wan" ct state established,related accept
            iifname "wan" drop
          }
          chain input {
            type filter hook input priority filter; policy accept;
            iifname "wan" ct state established,related accept
            iifname "wan" drop
          }
        }"""
        .formatted(cloud.privateSubnet(Family.IPV4).orElseThrow(), masquerade);
  }

  /** A DNS server that knows the lab's public names and says of every other that it isn't. */
  private void startResolver() {
    new Daemons(directory)
        .start(
            directory.router(NAME),
            "resolver",
            Map.of(),
            List.of(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--pid-file",
                "--user=root",
                "--group=root",
                "--no-resolv",
                "--no-hosts",
                "--local-service",
                "--bind-interfaces",
                "--listen-address=" + topology.resolver(),
                "--local=/#/",
                "--host-record=api.weft.test," + topology.apiPublic()));
    try {
      Files.writeString(
          directory.root().resolve("resolv.conf"),
          "nameserver " + topology.resolver() + "\noptions timeout:1 attempts:2\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A web server that answers everybody with the address it sees. */
  private void startWebServer(String address) {
    boolean four = IpAddress.parse(address).family() == Family.IPV4;
    new Daemons(directory)
        .start(
            directory.router(NAME),
            four ? "web" : "web6",
            Map.of(),
            List.of(
                "socat",
                four
                    ? "TCP4-LISTEN:80,bind=%s,reuseaddr,fork".formatted(address)
                    : "TCP6-LISTEN:80,bind=[%s],reuseaddr,fork".formatted(address),
                "EXEC:%s web".formatted(directory.program("pod-answer"))));
  }

  private void startSniffer(CloudSpec cloud) {
    new Daemons(directory)
        .start(
            directory.router(NAME),
            "sniffer-" + cloud.name(),
            Map.of(),
            List.of(
                "tcpdump",
                "-i",
                cloud.name(),
                "-Q",
                "in",
                "-n",
                "-s",
                "192",
                "-U",
                "--immediate-mode",
                "-Z",
                "root",
                "-w",
                capture(cloud).toString()));
    Wait.until("the sniffer of " + cloud.name(), 10, () -> capture(cloud).toFile().length() >= 24);
  }

  /** Ends the recording so far and starts a new one. */
  void restartSniffers() {
    for (var cloud : topology.clouds()) {
      directory.process("sniffer-" + cloud.name()).ifPresent(RecordedProcess::terminate);
      try {
        Files.deleteIfExists(capture(cloud));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      startSniffer(cloud);
    }
  }

  /** What came into the internet from that cloud, as pcap. */
  Path capture(CloudSpec cloud) {
    return directory.root().resolve("capture").resolve(cloud.name() + ".pcap");
  }
}
