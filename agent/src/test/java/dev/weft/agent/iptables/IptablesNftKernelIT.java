package dev.weft.agent.iptables;

/** The packet filter by iptables of the nft kind. */
class IptablesNftKernelIT extends IptablesContract {
  IptablesNftKernelIT() {
    super(Variant.NFT);
  }
}
