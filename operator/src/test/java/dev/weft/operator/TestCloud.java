package dev.weft.operator;

import dev.weft.api.server.Meshes;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.ReportedDevice;
import dev.weft.api.v1alpha1.ReportedPeer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddressBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Nodes and agents as the API server sees them, played by a test. */
final class TestCloud {
  static final String AGENTS = "weft-agents";

  /** Renewals that go on until closed. */
  interface Renewals extends AutoCloseable {
    @Override
    void close();
  }

  private final KubernetesClient client;

  TestCloud(KubernetesClient client) {
    this.client = client;
  }

  /** A Node with an internal and, unless empty, an external address, in a region. */
  void node(String name, String region, String internal, String external, String podCIDR) {
    var addresses =
        new ArrayList<>(
            List.of(new NodeAddressBuilder().withType("InternalIP").withAddress(internal).build()));
    if (!external.isEmpty()) {
      addresses.add(new NodeAddressBuilder().withType("ExternalIP").withAddress(external).build());
    }
    Node node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .addToLabels("topology.kubernetes.io/region", region)
            .endMetadata()
            .withNewSpec()
            .withPodCIDR(podCIDR)
            .withPodCIDRs(podCIDR)
            .endSpec()
            .withNewStatus()
            .withAddresses(addresses)
            .endStatus()
            .build();
    client.resource(node).create();
    client.resource(node).updateStatus();
  }

  /** What an agent reports; the key is made from the name. */
  void report(String name, String appliedRevision) {
    report(name, appliedRevision, name);
  }

  /** The same with the key that belongs to another name. */
  void report(String name, String appliedRevision, String keyOf) {
    report(name, appliedRevision, keyOf, List.of());
  }

  /** The same of a node whose tunnel to another has a recent handshake. */
  void reportHandshake(String name, String appliedRevision, String other) {
    report(name, appliedRevision, name, List.of(new ReportedPeer(key(other), "Fresh", null, null)));
  }

  private void report(String name, String appliedRevision, String keyOf, List<ReportedPeer> peers) {
    report(name, appliedRevision, List.of(new ReportedDevice(0, 0, key(keyOf), 51820)), peers);
  }

  /** What the agent of a node with two lanes reports. */
  void reportLanes(String name, String appliedRevision, List<ReportedPeer> peers) {
    var devices =
        List.of(
            new ReportedDevice(0, 0, key(name), 51820),
            new ReportedDevice(1, 0, key(name + " lane 1"), 51821));
    report(name, appliedRevision, devices, peers);
  }

  private void report(
      String name, String appliedRevision, List<ReportedDevice> devices, List<ReportedPeer> peers) {
    var report = new NodeReport();
    report.setMetadata(new ObjectMetaBuilder().withName(name).build());
    report.setSpec(
        new NodeReportSpec(
            devices,
            null,
            List.of(),
            peers,
            appliedRevision.isEmpty() ? null : appliedRevision,
            List.of()));
    client.resource(report).fieldManager("weft-agent").forceConflicts().serverSideApply();
  }

  void renew(String name, Duration duration) {
    Lease lease =
        new LeaseBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(AGENTS)
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity(name)
            .withLeaseDurationSeconds((int) duration.toSeconds())
            .withRenewTime(Instant.now().atZone(ZoneOffset.UTC))
            .endSpec()
            .build();
    client.resource(lease).fieldManager("weft-agent").forceConflicts().serverSideApply();
  }

  /** Renews the Leases of these nodes every 2 s until closed, as their agents would. */
  Renewals renewing(String... names) {
    var renewals = Executors.newSingleThreadScheduledExecutor();
    var ignored =
        renewals.scheduleWithFixedDelay(
            () -> Set.of(names).forEach(n -> renew(n, Duration.ofHours(1))),
            0,
            2,
            TimeUnit.SECONDS);
    return renewals::shutdownNow;
  }

  /** aws-1, aws-2, gcp-1, gcp-2 with public addresses, home-1 behind NAT; all report and renew. */
  void threeClouds() {
    node("aws-1", "aws", "10.0.1.1", "203.0.113.1", "10.42.1.0/24");
    node("aws-2", "aws", "10.0.1.2", "203.0.113.2", "10.42.2.0/24");
    node("gcp-1", "gcp", "10.0.2.1", "198.51.100.1", "10.42.3.0/24");
    node("gcp-2", "gcp", "10.0.2.2", "198.51.100.2", "10.42.4.0/24");
    node("home-1", "home", "192.168.1.5", "", "10.42.5.0/24");
    for (var name : List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1")) {
      report(name, "");
      renew(name, Duration.ofHours(1));
    }
  }

  /** {@code node-000} and so on in 20 locations, made side by side; all report and renew. */
  void manyNodes(int count) {
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              var name = "node-%03d".formatted(i);
              node(
                  name,
                  "region-" + i % 20,
                  "10.1.%d.%d".formatted(i / 200, i % 200 + 1),
                  "",
                  "10.42.%d.%d/28".formatted(100 + i / 16, i % 16 * 16));
              report(name, "");
              renew(name, Duration.ofHours(1));
            });
  }

  void mesh(String yaml) {
    client.load(new java.io.ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).create();
  }

  /** Removes all that a test made. */
  void clear() {
    client.resources(WireGuardMesh.class).list().getItems().stream()
        .map(mesh -> mesh.getMetadata().getName())
        .forEach(mesh -> Meshes.delete(client, mesh));
    client.resources(Peer.class).delete();
    client.nodes().delete();
    client.resources(WireGuardNode.class).delete();
    client.resources(NodeReport.class).delete();
    client.leases().inNamespace(AGENTS).delete();
    client.secrets().inNamespace(AGENTS).delete();
    client.secrets().inNamespace("weft-system").delete();
    client.events().v1().events().inNamespace("default").delete();
  }

  WireGuardNode published(String name) {
    return client.resources(WireGuardNode.class).withName(name).get();
  }

  /** A public key that belongs to that name: any 32 bytes will do. */
  static String key(String name) {
    var bytes = java.util.Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), 32);
    return Base64.getEncoder().encodeToString(bytes);
  }

  static void await(Duration patience, BooleanSupplier condition, Supplier<String> otherwise)
      throws InterruptedException {
    var until = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError(otherwise.get());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
