package dev.weft.agent.cni;

import dev.weft.agent.report.Finding;
import dev.weft.api.v1alpha1.Overlay;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the CNI configuration: from the own Node's pod CIDRs and local facts alone, so that pods
 * start without operator or tunnels. One thread.
 */
public final class PodNetwork {
  private final ConflistFile file;
  private final Optional<PluginInstaller> plugins;
  private final StaleAddresses stale;
  private List<String> notes = List.of();
  private boolean prepared;

  /**
   * A pod network.
   *
   * @param plugins what installs plugins, if that is wanted
   * @param stale addresses that a reboot has left
   */
  public PodNetwork(ConflistFile file, Optional<PluginInstaller> plugins, StaleAddresses stale) {
    this.file = file;
    this.plugins = plugins;
    this.stale = stale;
  }

  /**
   * Writes what is missing.
   *
   * @param meshes the mesh in force; while none is, all there are; none at all: Weft is taken for
   *     the cluster's CNI
   * @param podCIDRs of the own Node; empty: it has none yet
   * @param mtu of the pods' links
   */
  public Finding keep(List<WireGuardMeshSpec> meshes, List<String> podCIDRs, int mtu) {
    if (!meshes.isEmpty() && meshes.stream().noneMatch(PodNetwork::attachesPods)) {
      return withdraw();
    }
    if (podCIDRs.isEmpty()) {
      return new Finding(
          Finding.CNI,
          false,
          "NoPodCIDRs",
          "the Node has no spec.podCIDRs: let the controller manager allocate them"
              + " (--allocate-node-cidrs), or set cni.enabled to false in the mesh");
    }
    try {
      var prefixes = podCIDRs.stream().map(Prefix::parse).toList();
      prepare();
      file.write(new Conflist(prefixes, mtu));
      return new Finding(
          Finding.CNI,
          true,
          "Configured",
          "pods from "
              + String.join(", ", podCIDRs)
              + (notes.isEmpty() ? "" : "; plugins: ")
              + String.join("; ", notes));
    } catch (IllegalArgumentException e) {
      return new Finding(Finding.CNI, false, "BadPodCIDRs", "spec.podCIDRs: " + e.getMessage());
    } catch (IOException e) {
      return new Finding(Finding.CNI, false, "NotWritten", e.toString());
    }
  }

  /** While it isn't known whether there is a mesh, nothing is written: another CNI may be there. */
  public static Finding waiting() {
    return new Finding(
        Finding.CNI, false, "Waiting", "the API has not told yet which meshes there are");
  }

  private static boolean attachesPods(WireGuardMeshSpec mesh) {
    return mesh.cni().enabled() && mesh.overlay() == Overlay.NONE;
  }

  private Finding withdraw() {
    try {
      file.remove();
      return new Finding(Finding.CNI, true, "Disabled", "another CNI attaches the pods");
    } catch (IOException e) {
      return new Finding(Finding.CNI, false, "NotRemoved", e.toString());
    }
  }

  private void prepare() throws IOException {
    if (prepared) {
      return;
    }
    if (plugins.isPresent()) {
      notes = plugins.get().install();
    }
    stale.release();
    prepared = true;
  }
}
