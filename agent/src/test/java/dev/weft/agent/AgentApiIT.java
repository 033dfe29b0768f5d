package dev.weft.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.lease.LeaseKeeper;
import dev.weft.agent.lease.LeaseTerms;
import dev.weft.agent.report.EventRecorder;
import dev.weft.agent.report.Finding;
import dev.weft.agent.report.Observation;
import dev.weft.agent.report.OwnDevice;
import dev.weft.agent.report.ReportPublisher;
import dev.weft.agent.view.ApiServerWatch;
import dev.weft.agent.view.ApiWatch;
import dev.weft.agent.view.PodWatch;
import dev.weft.agent.view.PresharedKeyWatch;
import dev.weft.agent.view.Published;
import dev.weft.api.server.ApiServer;
import dev.weft.api.server.Meshes;
import dev.weft.api.server.Rights;
import dev.weft.api.v1alpha1.NodeFactsReport;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardMeshStatus;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.egress.LocalPod;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The agent's API side against a real API server, with the rights that are shipped and no more. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AgentApiIT {
  private static final String AGENTS = "weft-agents";
  private static ApiServer server;
  private static KubernetesClient admin;
  private static final Map<String, KubernetesClient> AGENT_ON = new ConcurrentHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    admin = server.admin();
  }

  @AfterAll
  static void stop() {
    AGENT_ON.values().forEach(KubernetesClient::close);
    server.close();
  }

  private static KubernetesClient agentOn(String node) {
    return AGENT_ON.computeIfAbsent(node, n -> server.on(n, AGENTS, "weft-agent"));
  }

  private static void until(String what, BooleanSupplier reached) throws InterruptedException {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!reached.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within 20 s: " + what);
      Thread.sleep(50);
    }
  }

  private static Observation observation(String revision) {
    return new Observation(
        List.of(new OwnDevice(DeviceId.DEFAULT, new PublicKey(Published.key("a")), 51820)),
        new NodeFactsReport("6.12", null, null, "test", List.of(), List.of()),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        revision,
        List.of(new Finding(Finding.APPLIED, true, "Applied", "")));
  }

  private static Optional<NodeReport> report(String name) {
    return Optional.ofNullable(admin.resources(NodeReport.class).withName(name).get());
  }

  private static String appliedRevision(String name) {
    return report(name).map(r -> r.getSpec().appliedRevision()).map(Objects::toString).orElse("");
  }

  @Test
  void reportIsWrittenOnceAndNotAgainByASuccessor() throws InterruptedException {
    try (var publisher = new ReportPublisher(agentOn("n-report"), "n-report", new Supervision())) {
      publisher.start();
      publisher.offer(observation("r1"));
      until("first report", () -> appliedRevision("n-report").equals("r1"));
      publisher.offer(observation("r1"));
      publisher.offer(observation("r2"));
      until("new revision", () -> appliedRevision("n-report").equals("r2"));
      until("the write counted", () -> publisher.writes() > 1); // counted after it is seen
      assertEquals(2, publisher.writes());
    }
    var version = report("n-report").orElseThrow().getMetadata().getResourceVersion();
    try (var successor = new ReportPublisher(agentOn("n-report"), "n-report", new Supervision())) {
      successor.start();
      successor.offer(observation("r2"));
      Thread.sleep(1_500);
      assertEquals(0, successor.writes());
    }
    assertEquals(version, report("n-report").orElseThrow().getMetadata().getResourceVersion());
  }

  @Test
  void aDefectInOneRoundDoesNotEndTheLeasesThread() throws InterruptedException {
    var supervision = new Supervision();
    var rounds = new AtomicInteger();
    try (var keeper =
        new LeaseKeeper(
            agentOn("n-defect"),
            AGENTS,
            "n-defect",
            () -> {
              if (rounds.incrementAndGet() <= 2) {
                throw new StackOverflowError();
              }
              return true;
            },
            () -> {},
            supervision)) {
      keeper.start();
      until("lease in spite of it", () -> seconds("n-defect") == 60);
      assertEquals(Map.of("lease", 2L), supervision.failures());
      until("well again", () -> supervision.troubled().isEmpty());
    }
  }

  @Test
  void aNodeThatDoesNotDoItsWorkLetsItsLeaseLapse() throws InterruptedException {
    var alive = new AtomicBoolean(true);
    try (var keeper =
        new LeaseKeeper(
            agentOn("n-lapse"), AGENTS, "n-lapse", alive::get, () -> {}, new Supervision())) {
      keeper.start();
      keeper.terms(new LeaseTerms(Duration.ofSeconds(10), Duration.ofMillis(200)));
      until("lease", () -> seconds("n-lapse") == 10);
      alive.set(false);
      Thread.sleep(1_000); // one that is on its way
      var last = renewed("n-lapse");
      Thread.sleep(1_500);
      assertEquals(last, renewed("n-lapse"));
    }
  }

  @Test
  void leaseIsRenewedOnItsTerms() throws InterruptedException {
    try (var keeper =
        new LeaseKeeper(
            agentOn("n-lease"), AGENTS, "n-lease", () -> true, () -> {}, new Supervision())) {
      keeper.start();
      until("lease", () -> seconds("n-lease") == 60);
      keeper.terms(LeaseTerms.FAST);
      until("fast lease", () -> seconds("n-lease") == 10);
      var first = renewed("n-lease");
      until("renewal", () -> !renewed("n-lease").equals(first));
    }
  }

  private static int seconds(String name) {
    var lease = admin.leases().inNamespace(AGENTS).withName(name).get();
    return lease == null ? 0 : lease.getSpec().getLeaseDurationSeconds();
  }

  private static String renewed(String name) {
    var lease = admin.leases().inNamespace(AGENTS).withName(name).get();
    return lease.getSpec().getRenewTime().toString();
  }

  private static void mesh(String name) {
    var mesh = new WireGuardMesh();
    mesh.setMetadata(new ObjectMetaBuilder().withName(name).build());
    mesh.setSpec(WireGuardMeshSpec.DEFAULT);
    admin.resource(mesh).create();
    mesh.setStatus(
        new WireGuardMeshStatus(
            List.of(), WireGuardMeshSpec.DEFAULT, "r1", 1, 0, 0, List.of(), null));
    admin.resource(mesh).updateStatus();
  }

  @Test
  void viewIsToldAndADeletionSeenIsKnownAsOne() throws InterruptedException {
    mesh("seen");
    var node = new WireGuardNode();
    node.setMetadata(new ObjectMetaBuilder().withName("n-view").build());
    node.setSpec(Published.node("seen", "a", 1));
    admin.resource(node).create();
    admin
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName("n-view")
                .endMetadata()
                .withNewSpec()
                .withPodCIDR("10.42.7.0/24")
                .withPodCIDRs("10.42.7.0/24")
                .endSpec()
                .build())
        .create();
    var wakes = new AtomicInteger();
    try (var watch = new ApiWatch(agentOn("n-view"), "n-view", wakes::incrementAndGet, t -> {})) {
      assertFalse(watch.state().synced());
      watch.restart();
      until("sync", () -> watch.state().synced());
      var state = watch.state();
      assertEquals(1, state.meshes().get("seen") == null ? 0 : 1);
      assertEquals(Published.node("seen", "a", 1), state.nodes().get("n-view"));
      assertEquals(Optional.of(List.of("10.42.7.0/24")), state.podCIDRs());
      assertTrue(wakes.get() > 0);
      Meshes.delete(admin, "seen");
      until("deletion", () -> watch.state().deletedMeshes().contains("seen"));

      mesh("unseen");
      until("second mesh", () -> watch.state().meshes().containsKey("unseen"));
      watch.stop();
      Meshes.delete(admin, "unseen");
      watch.restart();
      until("sync again", () -> watch.state().synced());
      assertFalse(watch.state().meshes().containsKey("unseen"));
      assertFalse(watch.state().deletedMeshes().contains("unseen"));
    }
  }

  @Test
  void presharedKeyIsFollowedByItsName() throws InterruptedException {
    var text = PresharedKey.NONE.reveal().replace('A', 'B').replace("B=", "A=");
    var changes = new AtomicInteger();
    var known = Map.of("psk-gone", PresharedKey.parse(text));
    try (var watch =
        new PresharedKeyWatch(
            agentOn("n-secret"), AGENTS, known, changes::incrementAndGet, t -> {})) {
      watch.follow(Set.of("psk-a", "psk-gone"));
      var kept = Map.of("psk-gone", PresharedKey.parse(text));
      assertEquals(kept, watch.keys(), "the checkpoint's is used until listed");
      until("both listed", watch::synced);
      assertEquals(kept, watch.keys(), "a Secret that is missing revokes no Peer (ADR 98)");
      var secret =
          new SecretBuilder()
              .withNewMetadata()
              .withName("psk-a")
              .withNamespace(AGENTS)
              .endMetadata()
              .addToStringData(PresharedKeyWatch.FIELD, text + "\n")
              .build();
      admin.resource(secret).create();
      until("key", () -> watch.keys().size() == 2);
      assertEquals(PresharedKey.parse(text), watch.keys().get("psk-a"));
      admin.resource(secret).delete();
      TimeUnit.SECONDS.sleep(2); // for the event of a deletion that must change nothing
      assertEquals(2, watch.keys().size(), "a Secret that is deleted revokes no Peer (ADR 98)");
      watch.follow(Set.of("psk-a"));
      assertEquals(Set.of("psk-a"), watch.keys().keySet(), "what no Peer names is forgotten");
      watch.follow(Set.of());
      assertEquals(Map.of(), watch.keys());
      assertTrue(watch.synced());
    }
  }

  @Test
  void podsOfTheOwnNodeAreToldWhileTheyAreAskedFor() throws InterruptedException {
    pod("here", "n-pods", "10.42.8.2", "Running");
    pod("elsewhere", "n-other", "10.42.9.2", "Running");
    pod("ended", "n-pods", "10.42.8.3", "Succeeded");
    try (var watch = new PodWatch(agentOn("n-pods"), "n-pods", () -> {}, t -> {})) {
      watch.follow(false);
      assertTrue(watch.synced());
      assertEquals(List.of(), watch.pods());
      watch.follow(true);
      until("both listed", watch::synced);
      var here =
          new LocalPod(
              "default", "here", Map.of("app", "here"), List.of(IpAddress.parse("10.42.8.2")));
      until("the running pod", () -> watch.pods().equals(List.of(here)));
      assertEquals(
          "default",
          watch.namespaces().getOrDefault("default", Map.of()).get("kubernetes.io/metadata.name"));
      admin.pods().inNamespace("default").withName("here").withGracePeriod(0).delete();
      until("its end", () -> watch.pods().isEmpty());
    }
  }

  private static void pod(String name, String node, String address, String phase) {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("default")
            .addToLabels("app", name)
            .endMetadata()
            .withNewSpec()
            .withNodeName(node)
            .addNewContainer()
            .withName("echo")
            .withImage("example.org/echo:1")
            .endContainer()
            .endSpec()
            .build();
    var made = admin.resource(pod).create();
    made.setStatus(
        new PodStatusBuilder()
            .withPhase(phase)
            .withPodIP(address)
            .withPodIPs(new PodIP(address))
            .build());
    admin.resource(made).updateStatus();
  }

  @Test
  void troubleIsAnEventOnceAndItsEndAnother() throws InterruptedException {
    var now = Instant.now();
    var bad = new Finding(Finding.PREFLIGHT, false, "HostSettings", "net.ipv4.ip_forward is 0");
    var good = new Finding(Finding.PREFLIGHT, true, "Passed", "");
    try (var events = new EventRecorder(agentOn("n-event"), "n-event", new Supervision())) {
      events.observe(List.of(good), now);
      events.observe(List.of(bad), now);
      events.observe(List.of(bad), now.plusSeconds(100));
      until("warning", () -> events("n-event").equals(List.of("Warning HostSettings")));
      events.observe(List.of(good), now.plusSeconds(200));
      until("end", () -> events("n-event").contains("Normal Passed"));
      assertEquals(2, events("n-event").size());
    }
  }

  @Test
  void theApiServersOwnAddressesAreRead() throws InterruptedException {
    // This API server listens on loopback, which is no endpoint, so it makes no slice itself.
    // Any account that may write EndpointSlices here can make another with the Service's label.
    for (var name : List.of("kubernetes-x7k2p", "kubernetes")) {
      admin
          .resource(
              new EndpointSliceBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .withNamespace("default")
                  .addToLabels("kubernetes.io/service-name", "kubernetes")
                  .endMetadata()
                  .withAddressType("IPv4")
                  .addNewEndpoint()
                  .withAddresses(name.equals("kubernetes") ? "10.9.0.1" : "10.9.0.2")
                  .endEndpoint()
                  .addNewPort()
                  .withName("https")
                  .withPort(6443)
                  .withProtocol("TCP")
                  .endPort()
                  .build())
          .create();
    }
    var told = new AtomicInteger();
    try (var watch =
        new ApiServerWatch(agentOn("n-endpoints"), List.of(), told::incrementAndGet, t -> {})) {
      watch.restart();
      until("an endpoint", () -> told.get() > 0);
      assertEquals(List.of(Endpoint.parse("10.9.0.1:6443")), watch.endpoints());
    }
  }

  private static List<String> events(String node) {
    return admin.v1().events().inNamespace("default").list().getItems().stream()
        .filter(e -> node.equals(e.getReportingInstance()))
        .filter(e -> "weft-agent".equals(e.getReportingComponent()))
        .map(e -> e.getType() + " " + e.getReason())
        .toList();
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void nothingIsGrantedThatTheOthersDidNotNeedAndNothingNeededIsRefused()
      throws InterruptedException, IOException {
    var rights = new Rights(admin, AGENTS, "weft-agent");
    assertEquals(List.of(), rights.judge(server.requests()));
  }
}
