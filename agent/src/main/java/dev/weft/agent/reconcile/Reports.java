package dev.weft.agent.reconcile;

import dev.weft.agent.probe.Tunnel;
import dev.weft.agent.report.Finding;
import dev.weft.agent.report.Observation;
import dev.weft.agent.report.OwnDevice;
import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.ApiState;
import dev.weft.agent.view.MeshObject;
import dev.weft.api.v1alpha1.NodeFactsReport;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.view.LinkFacts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is reported of a pass. */
final class Reports {
  private static final int DEFAULT_PORT = 51820;
  private static final int LAST_PORT = 65535;
  private static final int DEFAULT_MTU = 1500;

  /** WireGuard over IPv6 adds that much to a packet: 40 + 8 + 32 bytes. */
  private static final int WIREGUARD_OVERHEAD = 80;

  private static final int LEAST_MTU = 1280;

  private Reports() {}

  private static NodeFactsReport host(Self self, Outcome outcome) {
    return new NodeFactsReport(
        self.kernelRelease(),
        outcome.host().userspace()
            ? WireGuardImplementation.USERSPACE
            : WireGuardImplementation.KERNEL,
        outcome.host().firewall().kind().backend(),
        self.version(),
        List.of(),
        outcome.host().encapsulations());
  }

  static Observation observation(
      Self self,
      Outcome outcome,
      Map<PeerId, Tunnel> tunnels,
      String appliedRevision,
      List<Finding> findings) {
    return new Observation(
        ownDevices(self, outcome),
        host(self, outcome),
        outcome.links(),
        devices(outcome).toList(),
        outcome.seen(),
        narrow(tunnels),
        pulses(tunnels),
        appliedRevision,
        findings);
  }

  private static Map<PeerId, Boolean> pulses(Map<PeerId, Tunnel> tunnels) {
    var pulses = new HashMap<PeerId, Boolean>();
    tunnels.forEach(
        (key, tunnel) -> {
          switch (tunnel.pulse()) {
            case ANSWERED -> pulses.put(key, true);
            case SILENT -> pulses.put(key, false);
            case UNKNOWN -> {}
          }
        });
    return pulses;
  }

  private static Map<PeerId, Integer> narrow(Map<PeerId, Tunnel> tunnels) {
    var narrow = new HashMap<PeerId, Integer>();
    tunnels.forEach(
        (key, tunnel) -> {
          if (tunnel.isNarrow()) {
            narrow.put(key, tunnel.pathMtu());
          }
        });
    return narrow;
  }

  /** What says which CNI attaches the pods: the mesh in force; before that all there are. */
  static List<WireGuardMeshSpec> meshSpecs(Optional<AcceptedView> view, ApiState state) {
    return view.isPresent()
        ? List.of(view.get().view().mesh().spec())
        : state.meshes().values().stream().map(MeshObject::spec).toList();
  }

  private static List<OwnDevice> ownDevices(Self self, Outcome outcome) {
    return self.keys().all().entrySet().stream()
        .map(
            e ->
                new OwnDevice(
                    e.getKey(), e.getValue().publicKey(), listenPort(e.getKey(), outcome)))
        .toList();
  }

  /** A lane that is not planned yet has the port that the operator will give it. */
  private static int listenPort(DeviceId id, Outcome outcome) {
    return planned(id, outcome)
        .orElseGet(
            () ->
                Math.min(
                    LAST_PORT,
                    planned(DeviceId.DEFAULT, outcome).orElse(DEFAULT_PORT) + id.lane()));
  }

  private static Optional<Integer> planned(DeviceId id, Outcome outcome) {
    return outcome.desired().stream()
        .flatMap(d -> d.device(id).stream())
        .map(DesiredDevice::listenPort)
        .findFirst();
  }

  /** What the mesh carries; before there is a plan, what it will carry at least. */
  static int podMtu(Outcome outcome) {
    int narrowest =
        LinkFacts.below(outcome.links(), List.of()).stream()
            .mapToInt(LinkFacts::mtu)
            .min()
            .orElse(DEFAULT_MTU);
    var tunnels = outcome.desired().stream().flatMap(d -> d.encapsulation().tunnels().stream());
    return IntStream.concat(
            devices(outcome).mapToInt(DesiredDevice::mtu), tunnels.mapToInt(DesiredTunnel::mtu))
        .min()
        .orElse(Math.max(LEAST_MTU, narrowest - WIREGUARD_OVERHEAD));
  }

  private static Stream<DesiredDevice> devices(Outcome outcome) {
    return outcome.desired().stream().flatMap(d -> d.devices().stream());
  }

  static List<Problem> problems(AcceptedView view, Outcome outcome) {
    return Stream.concat(
            view.problems().stream(),
            outcome.desired().stream().flatMap(d -> d.problems().stream()))
        .toList();
  }
}
