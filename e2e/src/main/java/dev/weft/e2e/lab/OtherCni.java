package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Shell;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a CNI that Weft runs beside leaves in the nodes' kernels, and the mesh's settings for it.
 */
final class OtherCni {
  private final LabDirectory directory;
  private final Inventory inventory;

  OtherCni(LabDirectory directory, Inventory inventory) {
    this.directory = directory;
    this.inventory = inventory;
  }

  /** Whether there is one. */
  boolean present() {
    return !inventory.topology().cni().isEmpty();
  }

  /** Sets up a node that has just booted. */
  void install(NodeSpec node) {
    if (!present()) {
      return;
    }
    var topology = inventory.topology();
    var others =
        inventory.nodes().stream()
            .filter(n -> !n.equals(node))
            .map(
                n ->
                    "%d %s %s"
                        .formatted(
                            n.number(),
                            n.internalAddresses(topology).getFirst(),
                            n.podCIDRs(topology).getFirst()))
            .collect(Collectors.joining("\n", "", "\n"));
    Shell.run(
            directory.machine(node.name()),
            Duration.ofSeconds(30),
            others,
            List.of(
                directory.program("other-cni"),
                topology.cni(),
                topology.podCIDR().getFirst().toString(),
                node.internalAddresses(topology).getFirst(),
                node.podCIDRs(topology).getFirst().toString()))
        .orThrow();
  }

  /** A mesh's manifest, whose spec comes last, for a cluster where another CNI attaches pods. */
  String mesh(String manifest) {
    return present() ? manifest + "  podNetwork: External\n" : manifest;
  }
}
