package dev.weft.agent.facts;

import dev.weft.mesh.diff.Change;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Settings of the host that Weft needs and that the agent does not change. */
public final class Preflight {
  private final Path sysctl;
  private final Networkd networkd;

  /**
   * A check of these settings.
   *
   * @param proc usually {@code /proc}
   */
  public Preflight(Path proc) {
    this.sysctl = proc.resolve("sys");
    this.networkd = new Networkd(proc.resolve("net/unix"));
  }

  /** Takes note of changes that put back what somebody else had changed. */
  public void repaired(Collection<Change> changes, Instant now) {
    networkd.repaired(changes, now);
  }

  /** What is wrong, one line each with the fix; empty: all is right. */
  public List<String> check(MeshView view, List<LinkFacts> underlay, Instant now) {
    var wrong = new ArrayList<>(networkd.problems(now));
    if (value("net/ipv4/ip_forward") == 0) {
      wrong.add(
          "net.ipv4.ip_forward is 0: this node forwards nothing; run sysctl -w net.ipv4.ip_forward=1");
    }
    boolean ipv6 =
        view.mesh().addresses().stream().anyMatch(p -> p.family() == Family.IPV6)
            || view.nodes().stream()
                .flatMap(n -> n.podCIDRs().stream())
                .anyMatch(p -> p.family() == Family.IPV6);
    if (ipv6 && value("net/ipv6/conf/all/disable_ipv6") == 1) {
      wrong.add(
          "net.ipv6.conf.all.disable_ipv6 is 1, but the mesh has IPv6; run sysctl -w"
              + " net.ipv6.conf.all.disable_ipv6=0");
    } else if (ipv6 && value("net/ipv6/conf/all/forwarding") == 0) {
      wrong.add(
          "net.ipv6.conf.all.forwarding is 0: this node forwards no IPv6; run sysctl -w"
              + " net.ipv6.conf.all.forwarding=1 (and accept_ra=2 where addresses come by router"
              + " advertisement)");
    }
    strictLinks(underlay, wrong);
    bridge(view, wrong);
    return wrong;
  }

  /** The setting of the bridge, which the agent makes, does nothing without the module. */
  private void bridge(MeshView view, List<String> wrong) {
    if (view.mesh().spec().attachesPods() && !Files.isDirectory(sysctl.resolve("net/bridge"))) {
      wrong.add(
          "module br_netfilter is not loaded, so NetworkPolicy engines see no packet between pods of this node; run modprobe br_netfilter && echo br_netfilter > /etc/modules-load.d/br_netfilter.conf");
    }
  }

  private void strictLinks(List<LinkFacts> underlay, List<String> wrong) {
    int all = value("net/ipv4/conf/all/rp_filter");
    boolean markedAll = value("net/ipv4/conf/all/src_valid_mark") == 1;
    for (var link : underlay) {
      if (link.isOfEngine()) {
        continue; // no tunnel's packet comes from there
      }
      var conf = "net/ipv4/conf/" + link.name();
      // With slashes, sysctl(8) takes the dots of eth0.100 for what they are.
      // The kernel takes the larger of the two, and src_valid_mark if either is set.
      int own = value(conf + "/rp_filter");
      boolean strict = Math.max(all, own) == 1;
      boolean marked = markedAll || value(conf + "/src_valid_mark") == 1;
      if (strict && !marked) {
        wrong.add(
            "rp_filter is strict on %1$s, which drops WireGuard's packets from meshed addresses; run sysctl -w net/ipv4/conf/%1$s/src_valid_mark=1 or net/ipv4/conf/%1$s/rp_filter=2"
                .formatted(link.name()));
      }
    }
  }

  /** The number in a file; -1: it is not there. */
  private int value(String path) {
    try {
      return Integer.parseInt(Files.readString(sysctl.resolve(path)).strip());
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }
}
