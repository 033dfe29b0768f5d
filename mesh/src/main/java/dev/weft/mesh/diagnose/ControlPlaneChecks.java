package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.snapshot.NodeInput;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/** The API server, rights, the operator. */
final class ControlPlaneChecks {
  /** The operator's Lease is renewed every 2 s and lasts 15 s. */
  private static final int OPERATOR_GONE_SECONDS = 20;

  private static final int SKEW_SECONDS = 30;

  /** An agent's Lease lasts 10 s, and is renewed every 2 s at the latest. */
  private static final int AGENT_SKEW_SECONDS = 8;

  private static final int JUDGED_WITHIN_SECONDS = 30;

  private ControlPlaneChecks() {}

  static void check(ClusterState state, List<Fault> faults) {
    var access = state.access();
    for (var kind : access.missing()) {
      faults.add(
          new Fault(
              "CRDMissing",
              "CustomResourceDefinition/" + kind + ".weft.dev",
              "the API server has no " + kind,
              "kubectl apply --server-side -k deploy/crds"));
    }
    for (var what : access.forbidden()) {
      faults.add(
          new Fault(
              "PermissionMissing",
              "kubeconfig",
              "you may not " + what + ": what it would show is not checked",
              "kubectl auth can-i " + what.replaceAll(" in .*", "") + "; have it granted"));
    }
    if (access.operatorAgeSeconds() > OPERATOR_GONE_SECONDS) {
      faults.add(
          new Fault(
              "OperatorAway",
              "Lease/weft-operator",
              "the operator renewed its Lease %d s ago: nothing new is planned"
                  .formatted(access.operatorAgeSeconds()),
              "kubectl -n weft-system get pods; kubectl -n weft-system logs deploy/weft-operator"));
    }
    if (Math.abs(access.clockSkewSeconds()) > SKEW_SECONDS) {
      faults.add(
          new Fault(
              "ClockSkew",
              "this machine",
              "its clock is %d s %s the API server's: expiry and Leases are judged wrongly"
                  .formatted(
                      Math.abs(access.clockSkewSeconds()),
                      access.clockSkewSeconds() > 0 ? "ahead of" : "behind"),
              "timedatectl set-ntp true"));
    }
    access
        .leaseSkewSeconds()
        .forEach(
            (node, seconds) -> {
              if (Math.abs(seconds) > AGENT_SKEW_SECONDS && state.node(node).isPresent()) {
                faults.add(
                    new Fault(
                        "ClockSkew",
                        "Node/" + node,
                        "its clock is %d s %s the API server's: its Lease is judged wrongly, and Peers expire there at another time"
                            .formatted(Math.abs(seconds), seconds > 0 ? "ahead of" : "behind"),
                        "on %s: timedatectl set-ntp true".formatted(node)));
              }
            });
    for (var right : access.lackingRights()) {
      faults.add(
          new Fault(
              "RightMissing",
              "ServiceAccount/" + right.account(),
              "may not " + right.what(),
              "helm upgrade weft, which grants what Weft needs; kubectl auth can-i %s --as=system:serviceaccount:%s"
                  .formatted(
                      right.what().replaceAll(" in .*", ""), right.account().replace('/', ':'))));
    }
    if (state.snapshot().meshes().isEmpty() && access.missing().isEmpty()) {
      faults.add(
          new Fault(
              "NoMesh",
              "cluster",
              "there is no WireGuardMesh",
              "kubectl apply -f deploy/samples/mesh.yaml, with the cluster's own ranges"));
    }
    for (var mesh : state.snapshot().meshes()) {
      if (state.meshes().get(mesh.name()) == null && isOlder(mesh.createdAt(), state)) {
        faults.add(unjudged("WireGuardMesh/" + mesh.name()));
      }
    }
    for (var peer : state.snapshot().peers()) {
      if (state.peers().get(peer.name()) == null && isOlder(peer.createdAt(), state)) {
        faults.add(unjudged("Peer/" + peer.name()));
      }
    }
    for (var node : state.snapshot().nodes()) {
      leftBehind(state, node, faults);
    }
  }

  private static void leftBehind(ClusterState state, NodeInput node, List<Fault> faults) {
    for (var spec : node.published()) {
      boolean known =
          state.snapshot().meshes().stream().anyMatch(m -> m.name().equals(spec.mesh()));
      if (!known) {
        faults.add(
            new Fault(
                "MeshGone",
                "WireGuardNode/" + node.name(),
                "is of mesh %s, which is gone".formatted(spec.mesh()),
                "kubectl delete wgn " + node.name() + ", or create the mesh again"));
      }
    }
  }

  private static Fault unjudged(String object) {
    return new Fault(
        "NotJudged",
        object,
        "has no status: no operator has looked at it",
        "kubectl -n weft-system logs deploy/weft-operator");
  }

  private static boolean isOlder(String createdAt, ClusterState state) {
    try {
      return state.snapshot().nowEpochSecond() - Instant.parse(createdAt).getEpochSecond()
          > JUDGED_WITHIN_SECONDS;
    } catch (DateTimeParseException e) {
      return false; // a manifest that was never in a cluster
    }
  }
}
