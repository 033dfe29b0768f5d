package dev.weft.agent.reconcile;

import dev.weft.agent.checkpoint.Checkpoint;
import dev.weft.agent.kernel.KernelOptions;
import dev.weft.agent.key.DeviceKeys;
import dev.weft.agent.probe.Probed;
import dev.weft.agent.view.AcceptedView;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.topology.Lanes;
import dev.weft.mesh.view.NodeSecrets;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One pass from the checkpoint, without an API server: what brings the data plane up at boot, where
 * kubelet starts no agent before it has heard the API server. It removes nothing, since what the
 * checkpoint doesn't know may be newer.
 */
public final class Restore {
  private Restore() {}

  /**
   * What was done.
   *
   * @param programmed whether the kernel is as the checkpoint says
   * @param line for the user
   */
  public record Done(boolean programmed, String line) {}

  /**
   * Makes the kernel as the checkpoint says.
   *
   * @param keys of each WireGuard device of the node
   * @param apiServer as kubelet calls it; empty: what the checkpoint and the mesh know is enough
   * @throws IOException with a text for the user
   */
  public static Done run(
      Checkpoint saved,
      DeviceKeys keys,
      List<Endpoint> apiServer,
      KernelOptions kernel,
      Instant now)
      throws IOException {
    if (saved.published().isEmpty()) {
      return new Done(false, "there is no checkpoint of a mesh; nothing to restore");
    }
    AcceptedView view;
    try {
      view = AcceptedView.read(saved.published().get());
    } catch (IllegalArgumentException e) {
      throw new IOException("the checkpoint's mesh can't be read: " + e.getMessage(), e);
    }
    if (view.view().node(saved.nodeName()).isEmpty()) {
      return new Done(false, "node " + saved.nodeName() + " is in no mesh; nothing to restore");
    }
    var configured =
        Stream.ofNullable(view.view().mesh().spec().apiServer())
            .map(s -> new Endpoint(s.host(), s.port()));
    var apiServers =
        Stream.of(apiServer.stream(), saved.apiServers().stream(), configured)
            .flatMap(s -> s)
            .distinct()
            .toList();
    if (apiServers.isEmpty()) {
      // A route of the mesh may cover the API server's address; kubelet would never reach it again.
      throw new IOException(
          "the API server's address is not known: set KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT to what kubelet calls, or spec.apiServer of the mesh");
    }
    var secrets =
        new NodeSecrets(keys.upTo(Lanes.highestOrdinal(view.view())), saved.presharedKeys());
    try (var dataplane =
        new Dataplane(
            saved.nodeName(),
            new KernelAccess(kernel, reason -> {}),
            nanos -> {},
            nanos -> {},
            saved.learnt())) {
      var outcome =
          dataplane.converge(
              Optional.of(view),
              saved.resolvedNames(),
              Names.numeric(apiServers, saved.resolvedNames()),
              saved.directApiServer(),
              new Egress(new LocalEgress(List.of(), Set.of(), List.of()), Map.of(), false),
              secrets,
              Probed.NOTHING,
              false,
              Set.of(),
              now.getEpochSecond());
      var applied = Findings.applied(outcome);
      if (!applied.good()) {
        throw new IOException(applied.reason() + ": " + applied.message());
      }
      return new Done(
          true,
          "mesh %s restored from the checkpoint: %d changes"
              .formatted(view.published().mesh(), outcome.changes().size()));
    }
  }
}
