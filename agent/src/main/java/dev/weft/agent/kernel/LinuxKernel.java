package dev.weft.agent.kernel;

import dev.weft.agent.firewall.ChosenFilter;
import dev.weft.agent.firewall.FirewallChoice;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.userspace.UserspaceWireGuard;
import dev.weft.agent.wireguard.KernelWireGuard;
import dev.weft.agent.wireguard.WireGuardDevices;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.FirewallBackend;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.diff.ChangeSet;
import dev.weft.mesh.kernel.KernelSnapshot;
import dev.weft.mesh.kernel.LinkCounters;
import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The real kernel beneath this process, in its network namespace. */
final class LinuxKernel implements Kernel {
  private final NetlinkSocket route;
  private final WireGuardDevices devices;
  private final ChosenFilter firewall;
  private final RouteReader reader;
  private final TunnelReader tunnels;
  private final List<EncapsulationProtocol> encapsulations;

  private LinuxKernel(NetlinkSocket route, WireGuardDevices devices, ChosenFilter firewall)
      throws IOException {
    this.route = route;
    this.devices = devices;
    this.firewall = firewall;
    this.reader = new RouteReader(route);
    this.tunnels = new TunnelReader(route);
    this.encapsulations = MalformedAnswers.guard(tunnels::available);
  }

  static LinuxKernel open(KernelOptions options) throws IOException {
    var route = NetlinkSocket.open(Netlink.NETLINK_ROUTE);
    try {
      return new LinuxKernel(route, devices(options, route), ChosenFilter.open());
    } catch (IOException e) {
      route.close();
      throw e;
    }
  }

  private static WireGuardDevices devices(KernelOptions options, NetlinkSocket route)
      throws IOException {
    var userspace =
        new UserspaceWireGuard(
            options.requestDirectory(), options.socketDirectory(), options.deviceTimeout());
    return switch (options.implementation()) {
      case USERSPACE -> userspace;
      case KERNEL ->
          KernelWireGuard.open(route)
              .orElseThrow(
                  () ->
                      new KernelUnavailableException(
                          "this kernel has no WireGuard (module 'wireguard');"
                              + " set implementation to Auto or Userspace"));
      case AUTO -> {
        var kernel = KernelWireGuard.open(route);
        yield kernel.isPresent() ? kernel.get() : userspace;
      }
    };
  }

  @Override
  public boolean userspace() {
    return devices.userspace();
  }

  @Override
  public List<EncapsulationProtocol> encapsulations() {
    return encapsulations;
  }

  @Override
  public FirewallChoice firewall(FirewallBackend wanted) {
    return firewall.use(wanted);
  }

  @Override
  public List<SeenLink> links() throws IOException {
    return MalformedAnswers.guard(reader::links);
  }

  @Override
  public Map<IpAddress, MacAddress> neighbours(Map<IpAddress, Integer> wanted) throws IOException {
    return wanted.isEmpty()
        ? Map.of()
        : MalformedAnswers.guard(() -> new NeighbourReader(route).read(wanted));
  }

  @Override
  public Optional<String> filterBridge(SeenLink bridge) throws IOException {
    return MalformedAnswers.guard(() -> new BridgeHooks(route).enable(bridge));
  }

  @Override
  public Map<String, LinkCounters> counters(Collection<String> links) throws IOException {
    return MalformedAnswers.guard(() -> reader.counters(links));
  }

  @Override
  public KernelSnapshot read(DesiredState expected, long nowEpochSecond) throws IOException {
    return MalformedAnswers.guard(
        () -> new KernelReader(reader, tunnels, devices, firewall).read(expected, nowEpochSecond));
  }

  @Override
  public ApplyResult apply(ChangeSet changes, int routeProtocol) {
    return new ChangeApplier(route, devices, firewall, routeProtocol).apply(changes);
  }

  @Override
  public KernelEvents watch(KernelListener listener, Supplier<Ownership> own) throws IOException {
    return NetlinkEvents.start(listener, own);
  }

  @Override
  public List<String> cleanUp(Ownership own) {
    return new Cleanup(route, reader, devices, firewall).run(own);
  }

  @Override
  public void close() {
    firewall.close();
    devices.close();
    route.close();
  }
}
