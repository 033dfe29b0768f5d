package dev.weft.agent.reconcile;

import dev.weft.agent.firewall.FirewallChoice;
import dev.weft.agent.kernel.Kernel;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import java.util.List;

/**
 * What the node's kernel can do.
 *
 * @param userspace whether WireGuard is wireguard-go's
 * @param encapsulations links that it can make
 * @param firewall what programs the packet filter
 */
record HostKernel(
    boolean userspace, List<EncapsulationProtocol> encapsulations, FirewallChoice firewall) {
  /** Nothing is known of it. */
  static final HostKernel UNKNOWN =
      new HostKernel(false, List.of(), new FirewallChoice(FirewallChoice.Kind.NFTABLES, List.of()));

  HostKernel {
    encapsulations = List.copyOf(encapsulations);
  }

  static HostKernel of(Kernel kernel, FirewallChoice firewall) {
    return new HostKernel(kernel.userspace(), kernel.encapsulations(), firewall);
  }
}
