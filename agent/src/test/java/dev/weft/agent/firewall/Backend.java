package dev.weft.agent.firewall;

import dev.weft.agent.iptables.Iptables;
import dev.weft.agent.iptables.IptablesTool;
import dev.weft.agent.iptables.Variant;
import dev.weft.agent.nativelib.NativeLibraries;
import dev.weft.agent.nftables.Firewall;
import dev.weft.agent.nftables.Nftables;
import dev.weft.mesh.net.Family;
import java.util.List;

/** The ways to program a packet filter, for tests that ask the same of each. */
enum Backend {
  NFTABLES,
  IPTABLES_NFT,
  IPTABLES_LEGACY;

  PacketFilter open() {
    return switch (this) {
      case NFTABLES -> new Firewall(new Nftables(NativeLibraries.nftables().orElseThrow()));
      case IPTABLES_NFT -> iptables(Variant.NFT);
      case IPTABLES_LEGACY -> iptables(Variant.LEGACY);
    };
  }

  private static PacketFilter iptables(Variant variant) {
    return new Iptables(
        IptablesTool.find(variant).orElseThrow(), List.of(Family.IPV4, Family.IPV6));
  }
}
