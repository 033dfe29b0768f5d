package dev.weft.agent;

import dev.weft.agent.checkpoint.CheckpointFile;
import dev.weft.agent.config.AgentOptions;
import dev.weft.agent.file.StateDirectory;
import dev.weft.agent.key.DeviceKeys;
import dev.weft.agent.reconcile.Restore;
import dev.weft.mesh.net.Endpoint;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** {@code weft-agent --restore}, which a static pod or a unit of systemd runs before kubelet. */
final class AtBoot {
  private AtBoot() {}

  /** Restores; returns a line that says what was done. */
  static String run(AgentOptions options, Map<String, String> environment, Instant now)
      throws IOException, InterruptedException {
    try (var state = StateDirectory.open(options.stateDirectory())) {
      var saved = new CheckpointFile(state.resolve("checkpoint")).load(options.nodeName());
      var done =
          Restore.run(
              saved,
              DeviceKeys.open(state.path()),
              apiServer(environment),
              Agent.kernelOptions(options),
              now);
      if (done.programmed()) {
        Agent.bootGuard(options).lift();
      }
      return done.line();
    }
  }

  private static List<Endpoint> apiServer(Map<String, String> environment) throws IOException {
    var host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    var port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (host.isEmpty()) {
      return List.of();
    }
    try {
      return List.of(new Endpoint(host, Integer.parseInt(port)));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT: " + e.getMessage(), e);
    }
  }
}
