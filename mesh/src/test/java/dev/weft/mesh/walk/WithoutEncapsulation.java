package dev.weft.mesh.walk;

import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** States that each lack one of the things that encapsulation needs. */
final class WithoutEncapsulation {
  private WithoutEncapsulation() {}

  /** By what is missing. */
  static Map<String, DesiredState> of(DesiredState state) {
    var all = state.encapsulation();
    var mutations = new TreeMap<String, DesiredState>();
    for (var tunnel : all.tunnels()) {
      var less =
          new DesiredEncapsulation(
              without(all.tunnels(), tunnel), all.neighbours(), all.forwardings());
      mutations.put("tunnel " + tunnel, with(state, less, state.firewall()));
    }
    for (var neighbour : all.neighbours()) {
      var less =
          new DesiredEncapsulation(
              all.tunnels(), without(all.neighbours(), neighbour), all.forwardings());
      mutations.put("neighbour " + neighbour, with(state, less, state.firewall()));
    }
    for (var forwarding : all.forwardings()) {
      var less =
          new DesiredEncapsulation(
              all.tunnels(), all.neighbours(), without(all.forwardings(), forwarding));
      mutations.put("forwarding " + forwarding, with(state, less, state.firewall()));
    }
    var guard = state.firewall().guard();
    if (guard.isActive()) {
      var deaf = new EncapsulationGuard(List.of(), false, guard.senders());
      mutations.put("guard's protocols", with(state, all, guarded(state.firewall(), deaf)));
      var strict = new EncapsulationGuard(guard.udpPorts(), guard.ipip(), List.of());
      mutations.put("guard's senders", with(state, all, guarded(state.firewall(), strict)));
    }
    return mutations;
  }

  private static <T> List<T> without(List<T> all, T one) {
    var rest = new ArrayList<>(all);
    rest.remove(one);
    return rest;
  }

  private static DesiredFirewall guarded(DesiredFirewall f, EncapsulationGuard guard) {
    return new DesiredFirewall(
        f.meshLinks(),
        f.wireGuardLinks(),
        f.listenPorts(),
        f.mark(),
        f.mask(),
        f.masquerade(),
        f.meshPrefixes(),
        f.ownPrefixes(),
        f.trackedPrefixes(),
        guard,
        f.egress());
  }

  private static DesiredState with(
      DesiredState s, DesiredEncapsulation encapsulation, DesiredFirewall firewall) {
    return new DesiredState(
        s.routeProtocol(),
        s.nextHopBase(),
        s.tables(),
        s.rulePriority(),
        s.devices(),
        s.addresses(),
        s.nextHops(),
        s.nextHopGroups(),
        s.routes(),
        s.rules(),
        s.linkSettings(),
        encapsulation,
        firewall,
        s.problems());
  }
}
