package dev.weft.agent.iptables;

/** The packet filter by iptables of the legacy kind. */
class IptablesLegacyKernelIT extends IptablesContract {
  IptablesLegacyKernelIT() {
    super(Variant.LEGACY);
  }
}
