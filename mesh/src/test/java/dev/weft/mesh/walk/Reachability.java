package dev.weft.mesh.walk;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks everything of a mesh that a ready mesh promises, and says what isn't kept. */
final class Reachability {
  private final Clouds clouds;
  private final MeshView view;
  private final PacketWalk walk;
  private final List<String> broken = new ArrayList<>();

  private Reachability(Clouds clouds, MeshView view, Map<String, DesiredState> states) {
    this.clouds = clouds;
    this.view = view;
    this.walk = clouds.walk(states);
  }

  /** Promises that aren't kept; empty: all are. */
  static List<String> broken(Clouds clouds, MeshView view, Map<String, DesiredState> states) {
    var check = new Reachability(clouds, view, states);
    for (var from : view.nodes()) {
      for (var to : view.nodes()) {
        if (!from.name().equals(to.name())) {
          check.nodes(from, to);
          check.callsBesideTheTunnels(from, to);
        }
      }
      check.peers(from, states);
      check.fromPeers(from, states);
      check.outside(from);
    }
    return check.broken;
  }

  private void nodes(MeshNode from, MeshNode to) {
    for (var targets : to.podCIDRs()) {
      var pod = pod(targets);
      podTo(from, to, pod);
      hostTo(from, to, pod);
    }
    for (var address : to.addresses()) {
      podTo(from, to, address);
      hostTo(from, to, address);
    }
    for (var address : to.internalIPs()) {
      boolean sameLocation = from.location().equals(to.location());
      if (sameLocation || to.meshedIPs().contains(address)) {
        podTo(from, to, address);
        hostTo(from, to, address);
      }
    }
    if (!from.location().equals(to.location())) {
      for (var prefix : to.locationCIDRs()) {
        leavesAt(from, to.location(), prefix.address().plus(200));
      }
    }
  }

  private static IpAddress pod(Prefix podCIDR) {
    return podCIDR.address().plus(7);
  }

  private void podTo(MeshNode from, MeshNode to, IpAddress target) {
    from.podCIDRs().stream()
        .filter(p -> p.family() == target.family())
        .forEach(
            p -> {
              expect(from, to, pod(p), target);
              expect(to, from, target, pod(p)); // the reply
            });
  }

  private void hostTo(MeshNode from, MeshNode to, IpAddress target) {
    var source = walk.hostSource(from.name(), target);
    if (source.isEmpty()) {
      broken.add("host " + from.name() + " has no source address for " + target);
    } else {
      expect(from, to, source.get(), target);
      expect(to, from, target, source.get());
    }
  }

  private void expect(MeshNode from, MeshNode to, IpAddress source, IpAddress target) {
    var outcome = walk.walk(from.name(), source, target);
    boolean delivered =
        outcome instanceof Outcome.Delivered d && d.path().getLast().equals(to.name());
    if (!delivered) {
      broken.add("%s@%s -> %s@%s: %s".formatted(source, from.name(), target, to.name(), outcome));
    }
  }

  /**
   * A node whose agent does not run yet calls another's internal address directly, and is answered
   * by the way it came: by the host, and by a pod behind one of its ports.
   */
  private void callsBesideTheTunnels(MeshNode caller, MeshNode to) {
    boolean near = caller.location().equals(to.location());
    for (var address : near ? caller.internalIPs() : caller.meshedIPs()) {
      var own = new ArrayList<>(to.internalIPs());
      to.podCIDRs().forEach(p -> own.add(pod(p)));
      for (var source : own) {
        if (source.family() == address.family()) {
          walk.answersDirectly(to.name(), source, address)
              .ifPresent(
                  why -> broken.add("%s@%s to %s: %s".formatted(source, to.name(), address, why)));
        }
      }
    }
  }

  private void leavesAt(MeshNode from, String location, IpAddress target) {
    for (var pods : from.podCIDRs()) {
      if (pods.family() == target.family()) {
        var outcome = walk.walk(from.name(), pod(pods), target);
        boolean right =
            outcome instanceof Outcome.Left left
                && view.node(left.path().getLast()).orElseThrow().location().equals(location);
        if (!right) {
          broken.add("%s -> %s in %s: %s".formatted(from.name(), target, location, outcome));
        }
      }
    }
  }

  /**
   * A packet for a Peer ends at a node that has it as a WireGuard peer; the walk says so as an
   * unknown node's key.
   */
  private void peers(MeshNode from, Map<String, DesiredState> states) {
    for (var peer : view.peers()) {
      for (var prefix : peer.allowedIPs()) {
        for (var pods : from.podCIDRs()) {
          if (pods.family() == prefix.family()) {
            var target = prefix.address().plus(prefix.isHost() ? 0 : 9);
            var outcome = walk.walk(from.name(), pod(pods), target);
            boolean handedOver =
                outcome instanceof Outcome.Dropped dropped
                    && dropped.reason().contains("is no node")
                    && java.util.Objects.requireNonNull(states.get(dropped.path().getLast()))
                        .devices()
                        .getFirst()
                        .peers()
                        .stream()
                        .anyMatch(p -> p.publicKey().equals(peer.publicKey()));
            if (!handedOver) {
              broken.add("%s -> Peer %s: %s".formatted(from.name(), peer.name(), outcome));
            }
          }
        }
      }
    }
  }

  /**
   * What a Peer sends to a node enters at a gateway that has it as a WireGuard peer, in the node's
   * location if there is one.
   */
  private void fromPeers(MeshNode to, Map<String, DesiredState> states) {
    for (var peer : view.peers()) {
      for (var gateway : view.nodes()) {
        var device =
            java.util.Objects.requireNonNull(states.get(gateway.name()))
                .device(DeviceId.DEFAULT)
                .orElseThrow();
        boolean attached =
            device.peers().stream().anyMatch(p -> p.publicKey().equals(peer.publicKey()));
        if (!attached
            || !gateway.location().equals(to.location())
            || gateway.name().equals(to.name())) {
          continue;
        }
        for (var prefix : peer.allowedIPs()) {
          var targets = new ArrayList<IpAddress>(to.internalIPs());
          to.podCIDRs().forEach(p -> targets.add(pod(p)));
          targets.addAll(to.addresses());
          for (var target : targets) {
            if (target.family() == prefix.family()) {
              var outcome = walk.arriving(gateway.name(), device.name(), prefix.address(), target);
              if (!(outcome instanceof Outcome.Delivered)) {
                broken.add(
                    "Peer %s -> %s@%s: %s".formatted(peer.name(), target, to.name(), outcome));
              }
            }
          }
        }
      }
    }
  }

  /** Its own LAN and the API server are reached without the mesh. */
  private void outside(MeshNode from) {
    for (var link : clouds.facts(from.name()).links()) {
      for (var address : link.addresses()) {
        var neighbour = address.network().address().plus(99);
        var outcome = walk.walk(from.name(), address.address(), neighbour);
        if (!(outcome instanceof Outcome.Left left) || left.path().size() != 1) {
          broken.add("%s -> own LAN %s: %s".formatted(from.name(), neighbour, outcome));
        }
        if (address.address().family() == dev.weft.mesh.net.Family.IPV4) {
          var server = Clouds.API_SERVER;
          var way =
              walk.walk(
                  from.name(), address.address(), server.address().orElseThrow(), server.port());
          if (!(way instanceof Outcome.Left direct) || direct.path().size() != 1) {
            broken.add("%s -> API server: %s".formatted(from.name(), way));
          }
        }
      }
    }
  }
}
