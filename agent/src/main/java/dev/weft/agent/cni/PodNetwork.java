package dev.weft.agent.cni;

import dev.weft.agent.report.Finding;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the CNI configuration: from the own Node's pod CIDRs and local facts alone, so that pods
 * start without operator or tunnels. One thread.
 */
public final class PodNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(PodNetwork.class);

  private static final String OTHER =
      "%s sorts before "
          + ConflistFile.NAME
          + ", so its CNI attaches the pods; set podNetwork to External in the mesh if it is to go"
          + " on, or remove that file";

  private final ConflistFile file;
  private final BootMarker marker;
  private final Departure departure;
  private final Optional<PluginInstaller> plugins;
  private final StaleAddresses stale;
  private List<String> notes = List.of();
  private boolean prepared;

  /**
   * A pod network.
   *
   * @param marker set once the pod CIDRs are known to be the Node's
   * @param departure whether the last mesh has left this node
   * @param plugins what installs plugins, if that is wanted
   * @param stale addresses that a reboot has left
   */
  public PodNetwork(
      ConflistFile file,
      BootMarker marker,
      Departure departure,
      Optional<PluginInstaller> plugins,
      StaleAddresses stale) {
    this.file = file;
    this.marker = marker;
    this.departure = departure;
    this.plugins = plugins;
    this.stale = stale;
  }

  /**
   * Writes what is missing.
   *
   * @param meshes the mesh in force; while none is, all there are; none at all: Weft is taken for
   *     the cluster's CNI, unless another one's configuration is there
   * @param podCIDRs of the own Node; empty: it has none yet
   * @param confirmed whether the pod CIDRs are the Node's of now; false: a checkpoint's, of which a
   *     Node that was deleted and registered anew has no longer any
   * @param routed whether the mesh's routes are in the kernel; before, packets of pods would leave
   *     the node in plain text
   * @param mtu of the pods' links
   */
  public Finding keep(
      List<WireGuardMeshSpec> meshes,
      List<String> podCIDRs,
      boolean confirmed,
      boolean routed,
      int mtu) {
    if (hasLeft()) {
      if (meshes.isEmpty()) {
        return depart();
      }
      stay();
    }
    var undecided = meshes.isEmpty() ? leftToOthers() : Optional.<Finding>empty();
    if (undecided.isPresent()) {
      return undecided.get();
    }
    if (!meshes.isEmpty() && meshes.stream().noneMatch(WireGuardMeshSpec::attachesPods)) {
      return withdraw();
    }
    if (podCIDRs.isEmpty()) {
      return new Finding(
          Finding.CNI,
          false,
          "NoPodCIDRs",
          "the Node has no spec.podCIDRs: let the controller manager allocate them"
              + " (--allocate-node-cidrs), or set podNetwork to External in the mesh if another CNI attaches the pods");
    }
    try {
      var prefixes = podCIDRs.stream().map(Prefix::parse).toList();
      if (!confirmed && !marker.isSet(prefixes)) {
        return new Finding(
            Finding.CNI,
            false,
            "Waiting",
            "the Node has not been read since boot, so its pod CIDRs are not known");
      }
      prepare();
      if (!routed && !marker.isSet(prefixes)) {
        // The node is ready with it; pods get addresses once the marker is set.
        file.write(new Conflist(prefixes, mtu, marker.pathOnHost(prefixes)));
        return new Finding(
            Finding.CNI,
            false,
            "Waiting",
            "pods get no addresses before the mesh's routes are there: their packets would leave in plain text");
      }
      // First: a conflist that names no marker yet must not stop pods when it is replaced.
      marker.set(prefixes);
      file.write(new Conflist(prefixes, mtu, marker.pathOnHost(prefixes)));
      var other = file.before();
      if (other.isPresent()) {
        return new Finding(Finding.CNI, false, "OtherConflist", OTHER.formatted(other.get()));
      }
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

  /** The last mesh is gone, and Weft with it: from now on it goes from the node, too. */
  public void leave() throws IOException {
    departure.begin();
  }

  /** Whether the last mesh has left this node, and none has come since. */
  public boolean hasLeft() {
    return departure.hasBegun();
  }

  private void stay() {
    try {
      departure.cancel();
      prepared = false;
    } catch (IOException e) {
      LOG.warn("{}; pods of this node are not attached", e.toString());
    }
  }

  /**
   * Lets no more pods come, and removes conflist and plugins once those that are there have gone:
   * without them, the container runtime could not detach a pod.
   */
  private Finding depart() {
    try {
      marker.remove();
      int pods = departure.attachedPods();
      if (pods > 0) {
        return new Finding(
            Finding.CNI,
            false,
            "PodsAttached",
            "%d pods are still attached to %s; delete them, or drain the node; no new ones are attached"
                .formatted(pods, Conflist.BRIDGE));
      }
      file.remove();
      if (plugins.isPresent()) {
        var removed = plugins.get().remove();
        if (!removed.isEmpty()) {
          LOG.info("CNI plugins removed: {}", String.join(", ", removed));
        }
      }
      return new Finding(Finding.CNI, true, "Removed", "the node has no pod network of Weft's");
    } catch (IOException e) {
      return new Finding(Finding.CNI, false, "NotRemoved", e.toString());
    }
  }

  /** While it isn't known whether there is a mesh, nothing is written: another CNI may be there. */
  public static Finding waiting() {
    return new Finding(Finding.CNI, false, "Waiting", "the meshes have not been listed yet");
  }

  /** While there is no mesh, a cluster that has a CNI keeps it: a mesh may say External. */
  private Optional<Finding> leftToOthers() {
    try {
      var others = file.others();
      return others.isEmpty() || file.isThere()
          ? Optional.empty()
          : Optional.of(
              new Finding(
                  Finding.CNI,
                  true,
                  "Disabled",
                  "there is no mesh yet, and another CNI attaches the pods: " + others.getFirst()));
    } catch (IOException e) {
      return Optional.of(new Finding(Finding.CNI, false, "NotWritten", e.toString()));
    }
  }

  private Finding withdraw() {
    try {
      file.remove();
      marker.remove();
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
