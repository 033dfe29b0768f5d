package dev.weft.agent;

import dev.weft.agent.checkpoint.CheckpointFile;
import dev.weft.agent.cni.BootMarker;
import dev.weft.agent.cni.ConflistFile;
import dev.weft.agent.cni.PluginInstaller;
import dev.weft.agent.config.AgentOptions;
import dev.weft.agent.config.Mode;
import dev.weft.agent.file.StateDirectory;
import dev.weft.agent.kernel.Kernel;
import dev.weft.agent.kernel.Ownership;
import dev.weft.agent.key.DeviceKeys;
import dev.weft.agent.nativelib.NativeLibraries;
import dev.weft.agent.podsource.PodSources;
import dev.weft.agent.reconcile.MeshOwnership;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves the node as if Weft had never been there, but for its private key: removing that is for
 * the person who knows that the node won't come back.
 */
final class CleanUp {
  private CleanUp() {}

  /** One line per thing removed or refused. */
  static List<String> run(AgentOptions options) throws IOException, InterruptedException {
    var lines = new ArrayList<String>();
    try (var state = StateDirectory.open(options.stateDirectory())) {
      var file = state.resolve("checkpoint");
      var saved = new CheckpointFile(file).load(options.nodeName());
      var ownership =
          saved.published().map(p -> MeshOwnership.of(p.effective())).orElse(Ownership.defaults());
      try (var kernel = Kernel.open(Agent.kernelOptions(options))) {
        lines.addAll(kernel.cleanUp(ownership));
      }
      var nftables = NativeLibraries.nftables();
      if (nftables.isPresent() && PodSources.remove(nftables.get())) {
        lines.add("removed the sources of pods from the bridge");
      }
      if (new ConflistFile(options.cniConfDirectory()).remove()) {
        lines.add("removed " + ConflistFile.NAME + " from " + options.cniConfDirectory());
      }
      var marker = new BootMarker(options.runDirectory(), options.hostRunDirectory());
      if (marker.remove()) {
        lines.add("removed the marker of the pod network from " + options.runDirectory());
      }
      var plugins =
          new PluginInstaller(
              options.cniBinDirectory(), options.cniBinDirectory(), state.resolve("cni-plugins"));
      plugins.remove().forEach(name -> lines.add("removed CNI plugin " + name));
      lines.addAll(Agent.bootGuard(options).remove());
      Files.deleteIfExists(state.resolve("left"));
      if (options.mode() == Mode.FORGET) {
        lines.addAll(DeviceKeys.forget(state.path()));
      }
      if (Files.deleteIfExists(file)) {
        lines.add("removed " + file);
      }
    }
    return lines;
  }
}
