package dev.weft.agent.kernel;

import dev.weft.agent.firewall.FirewallChoice;
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

/**
 * The node's kernel: one per process, for one thread at a time (events have their own).
 *
 * <pre>
 * try (var kernel = Kernel.open(KernelOptions.defaults());
 *     var events = kernel.watch(reason -&gt; wakeUp(), () -&gt; own)) {
 *   var seen = kernel.read(desired, now);
 *   var result = kernel.apply(StateDiff.diff(desired, seen), desired.routeProtocol());
 * }
 * </pre>
 */
public interface Kernel extends AutoCloseable {
  /**
   * Opens the sockets and finds out which WireGuard the node has.
   *
   * @throws KernelUnavailableException if rtnetlink, the wanted WireGuard or every packet filter is
   *     missing
   * @throws IOException if a socket was refused
   */
  static Kernel open(KernelOptions options) throws IOException {
    return LinuxKernel.open(options);
  }

  /** Whether WireGuard devices are wireguard-go's. */
  boolean userspace();

  /** Encapsulating links that it can make, found out when it was opened. */
  List<EncapsulationProtocol> encapsulations();

  /** Programs the packet filter by that from now on, or by what comes next to it. */
  FirewallChoice firewall(FirewallBackend wanted);

  /** All links with addresses and settings; for NodeFacts. */
  List<SeenLink> links() throws IOException;

  /**
   * Link addresses of neighbours, as far as they are known; what isn't is asked for.
   *
   * @param wanted index of their link, by address
   */
  Map<IpAddress, MacAddress> neighbours(Map<IpAddress, Integer> wanted) throws IOException;

  /**
   * Lets what the ports of a bridge send each other meet the packet filter.
   *
   * @return what the kernel refused; empty: nothing
   */
  Optional<String> filterBridge(SeenLink bridge) throws IOException;

  /** What links have carried, by name; one that isn't there is absent. */
  Map<String, LinkCounters> counters(Collection<String> links) throws IOException;

  /**
   * Reads everything that a desired state speaks of.
   *
   * @param expected whose numbers, link names and packet filter are looked for
   */
  KernelSnapshot read(DesiredState expected, long nowEpochSecond) throws IOException;

  /**
   * Makes the changes in order; one that is refused doesn't stop the others.
   *
   * @param routeProtocol rtnetlink protocol of what is made ({@link DesiredState#routeProtocol})
   */
  ApplyResult apply(ChangeSet changes, int routeProtocol);

  /**
   * Starts to tell of changes to links and addresses, to what is Weft's of routes, rules and next
   * hops, and to tables of the packet filter.
   *
   * @param own asked at each event, by the events' own threads
   */
  KernelEvents watch(KernelListener listener, Supplier<Ownership> own) throws IOException;

  /**
   * Removes all that is Weft's: rules, routes, next hops, the packet filter with its jumps in
   * others' chains, and the devices.
   *
   * @return one line per thing removed or refused
   */
  List<String> cleanUp(Ownership own);

  @Override
  void close();
}
