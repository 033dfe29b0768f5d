package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshStatus;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.api.v1alpha1.WireGuardNodeStatus;
import dev.weft.operator.http.Metrics;
import dev.weft.operator.observe.MadeSecret;
import dev.weft.operator.observe.RecentlyWritten;
import dev.weft.operator.observe.RedactedString;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the API server: server-side apply under one field manager. Each write passes the fence
 * first. A refusal is logged and counted and concerns the one object only. Thread-safe.
 */
final class Writer {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("weft-operator")
          .withForce(true)
          .build();

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final String SECRET = "Secret";
  private static final int ALREADY_EXISTS = 409;
  private static final int INVALID = 422;

  private final KubernetesClient client;
  private final RecentlyWritten written;
  private final Metrics metrics;
  private final String agentsNamespace;
  private final Fence fence;
  private final Unanswered unanswered = new Unanswered();
  private final AtomicInteger failures = new AtomicInteger();

  /** A writer that notes what it wrote. */
  Writer(
      KubernetesClient client,
      RecentlyWritten written,
      Metrics metrics,
      String agentsNamespace,
      Fence fence) {
    this.fence = fence;
    this.client = client;
    this.written = written;
    this.metrics = metrics;
    this.agentsNamespace = agentsNamespace;
  }

  /** How many writes failed since the last call. */
  int takeFailures() {
    return failures.getAndSet(0);
  }

  /** Whether the API server took the node for valid; a write that fails otherwise is retried. */
  boolean node(String name, WireGuardNodeSpec spec) {
    var node = new WireGuardNode();
    node.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .addToLabels("app.kubernetes.io/managed-by", "weft-operator")
            .build());
    node.setSpec(spec);
    return attempt(
            node, "apply", () -> client.resource(node).patch(APPLY, node), written.nodes()::wrote)
        != INVALID;
  }

  /** Takes the owner from a node that an earlier version, or a backup, has given one. */
  void disown(String name) {
    var node = new WireGuardNode();
    node.setMetadata(new ObjectMetaBuilder().withName(name).build());
    attempt(
        node,
        "disown",
        () -> client.resource(node).patch(MERGE, "{\"metadata\":{\"ownerReferences\":null}}"),
        written.nodes()::wrote);
  }

  void nodeStatus(String name, WireGuardNodeStatus status) {
    var node = new WireGuardNode();
    node.setMetadata(new ObjectMetaBuilder().withName(name).build());
    node.setStatus(status);
    attempt(node, "status", () -> patchStatus(node), written.nodes()::wrote);
  }

  void meshStatus(String name, WireGuardMeshStatus status) {
    var mesh = new WireGuardMesh();
    mesh.setMetadata(new ObjectMetaBuilder().withName(name).build());
    mesh.setStatus(status);
    attempt(mesh, "status", () -> patchStatus(mesh), written.meshes()::wrote);
  }

  void peerStatus(String name, PeerStatus status) {
    var peer = new Peer();
    peer.setMetadata(new ObjectMetaBuilder().withName(name).build());
    peer.setStatus(status);
    attempt(peer, "status", () -> patchStatus(peer), written.peers()::wrote);
  }

  /** Creates a Secret; one that is there already stays as it is. */
  void createSecret(Secret secret) {
    fence.pass();
    try {
      client.resource(secret).create();
      metrics.written(SECRET, "create");
    } catch (KubernetesClientException e) {
      if (e.getCode() != ALREADY_EXISTS) {
        failed(secret, "create", e);
      }
    }
  }

  /** Writes one field of a Secret, and the fingerprint of what was issued first. */
  void secretFile(String namespace, String name, String field, RedactedString file, String issued) {
    var secret = secret(namespace, name);
    var patch = new SecretBuilder(secret);
    patch.editMetadata().addToAnnotations(MadeSecret.ISSUED, issued).endMetadata();
    patch.addToStringData(field, file.reveal());
    fence.pass();
    try {
      client.resource(secret).patch(MERGE, Serialization.asJson(patch.build()));
      metrics.written(SECRET, "patch");
    } catch (KubernetesClientException e) {
      failed(secret, "patch", e);
    }
  }

  void deleteSecret(String namespace, String name) {
    var secret = secret(namespace, name);
    delete(secret, () -> client.resource(secret).delete());
  }

  private static Secret secret(String namespace, String name) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .build();
  }

  boolean deleteNode(String name) {
    var node = new WireGuardNode();
    node.setMetadata(new ObjectMetaBuilder().withName(name).build());
    return delete(node, () -> client.resources(WireGuardNode.class).withName(name).delete())
        && forget(name);
  }

  /** Removes what an agent leaves behind when its Node is gone. */
  void deleteRemains(String node) {
    var report = new NodeReport();
    report.setMetadata(new ObjectMetaBuilder().withName(node).build());
    delete(report, () -> client.resources(NodeReport.class).withName(node).delete());
    var lease = new Lease();
    lease.setMetadata(new ObjectMetaBuilder().withName(node).build());
    delete(lease, () -> client.leases().inNamespace(agentsNamespace).withName(node).delete());
  }

  private boolean forget(String name) {
    written.nodes().deleted(name);
    return true;
  }

  private <R extends HasMetadata> R patchStatus(R object) {
    return client.resource(object).subresource("status").patch(APPLY, object);
  }

  private boolean delete(HasMetadata object, Runnable call) {
    fence.pass();
    try {
      call.run();
      metrics.written(object.getKind(), "delete");
      LOG.info("{}/{} deleted", object.getKind(), object.getMetadata().getName());
      return true;
    } catch (KubernetesClientException e) {
      failed(object, "delete", e);
      return false;
    }
  }

  /** The status code of a failure; 0: it succeeded. */
  private <R extends HasMetadata> int attempt(
      R object, String what, Supplier<R> call, java.util.function.Consumer<R> done) {
    fence.pass();
    try {
      done.accept(call.get());
      unanswered.answered();
      metrics.written(object.getKind(), what);
      return 0;
    } catch (KubernetesClientException e) {
      failed(object, what, e);
      return e.getCode();
    }
  }

  private void failed(HasMetadata object, String what, KubernetesClientException e) {
    failures.incrementAndGet();
    metrics.failed(object.getKind(), what);
    var kind = object.getKind();
    var name = object.getMetadata().getName();
    if (unanswered.test(e.getCode())) {
      LOG.info("{}/{} {}: {}; it is written again", kind, name, what, reason(e));
    } else {
      LOG.warn("{}/{} {}: {}", kind, name, what, reason(e));
    }
  }

  private static String reason(KubernetesClientException e) {
    if (e.getStatus() != null && e.getStatus().getMessage() != null) {
      return e.getStatus().getMessage();
    }
    return String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause());
  }
}
