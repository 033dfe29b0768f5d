package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.Progress;
import dev.weft.e2e.lab.Release;
import dev.weft.e2e.lab.Topology;
import dev.weft.e2e.lab.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a cluster that has nothing but an API server to a mesh and back, with the real helm:
 * install, upgrade, uninstall.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstallE2E {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final LabDirectory DIRECTORY = LabDirectory.named("e2e-install");
  private static @Nullable Lab lab;
  private static @Nullable ApiState before;

  private static final String[] PROMETHEUS_KINDS = {
    "monitoring.coreos.com_podmonitors.yaml",
    "monitoring.coreos.com_prometheusrules.yaml",
    "monitoring.coreos.com_servicemonitors.yaml"
  };

  private static final String[] DRY_RUN = {
    "apply",
    "--server-side",
    "--force-conflicts",
    "--dry-run=server",
    "--validate=strict",
    "-f",
    "-"
  };

  @BeforeAll
  static void up() {
    Lab.down(DIRECTORY);
    var topology = Topology.read(SharedLab.REPOSITORY.resolve("e2e/topologies/three-clouds.yaml"));
    lab = Lab.up(DIRECTORY, topology, SharedLab.REPOSITORY, true, new Progress(System.out));
    before = ApiState.read(lab.kubectl());
  }

  @AfterAll
  static void down() {
    Lab.down(DIRECTORY);
  }

  /** No CNI file, no kube-proxy, no controller: the API server's address is all there is. */
  @Test
  @Order(1)
  void aClusterWithoutAnyNetworkComesUp() {
    for (var node : lab().inventory().nodes()) {
      assertEquals("", on(node.name(), "ls /etc/cni/net.d /opt/cni/bin"));
    }
    lab().install(new Progress(System.out));
    assertWell();
  }

  @Test
  @Order(2)
  void everyObjectOfTheChartIsThere() {
    var manifest = lab().helm().run("get", "manifest", "weft", "-n", Release.SYSTEM).orThrow();
    var objects = lab().kubectl().input(manifest, "get", "-f", "-", "-o", "name").orThrow();
    assertEquals(
        manifest.lines().filter(l -> l.startsWith("kind: ")).count(), objects.lines().count());
  }

  /**
   * Every preset, and what is off by default, as the API server's own checks see it. All of it at
   * once, for most of what kubectl does is to learn what the server knows.
   */
  @Test
  @Order(3)
  void theApiServerTakesWhatOtherValuesRender() throws IOException {
    var manifests = new ArrayList<String>();
    var presets = SharedLab.REPOSITORY.resolve("helm/weft/presets");
    try (var files = Files.list(presets)) {
      for (var values : files.sorted().toList()) {
        manifests.add(rendered("-f", values.toString()));
      }
    }
    manifests.add(
        rendered(
            "--set",
            "agent.sysctls.enabled=true,networkPolicy.enabled=true,resourceQuota.enabled=true,apiServer.host=192.0.2.10,operator.replicas=3,monitoring.enabled=true"));
    assertTrue(manifests.size() > 6, manifests::toString);
    var all = String.join("\n---\n", manifests);
    try (var _ = ForeignKinds.in(lab(), "prometheus", PROMETHEUS_KINDS)) {
      assertTaken(all);
      assertFalse(
          lab().kubectl().input(all.replace("podMetricsEndpoints:", "podEndpoints:"), DRY_RUN).ok(),
          "the Prometheus operator's kinds take what they don't know");
    }
  }

  private static String rendered(String... values) {
    var chart = SharedLab.REPOSITORY.resolve("helm/weft").toString();
    return lab()
        .helm()
        .run(
            Stream.concat(
                    Stream.of("template", "weft", chart, "-n", Release.SYSTEM), Stream.of(values))
                .toArray(String[]::new))
        .orThrow();
  }

  /** A kind that was made known a moment ago is not yet known to all of the API server. */
  private static void assertTaken(String manifest) {
    Wait.look(
            PATIENCE,
            Duration.ofSeconds(1),
            () -> lab().kubectl().input(manifest, DRY_RUN),
            Output::ok)
        .orThrow();
  }

  /**
   * OLM isn't here, but its kinds can be: the bundle's objects as they and the API server take
   * them.
   */
  @Test
  @Order(3)
  void theBundleForOlmIsWhatItsOwnKindsTake() throws IOException {
    var olm = SharedLab.REPOSITORY.resolve("deploy/olm");
    var version =
        Files.readString(olm.resolve("bundle/manifests/weft.clusterserviceversion.yaml"))
            .replace("namespace: placeholder", "namespace: default");
    try (var _ =
        ForeignKinds.in(lab(), "olm", "operators.coreos.com_clusterserviceversions.yaml")) {
      assertTaken(version);
      assertTaken(Files.readString(olm.resolve("agents.yaml")));
      var wrong =
          version.replace("strategy: deployment", "strategy: deployment\n    daemonsets: []");
      assertFalse(
          lab().kubectl().input(wrong, DRY_RUN).ok(), "OLM's kind takes what it doesn't know");
    }
  }

  /** What `helm test` runs in a pod, with the rights of that pod. */
  @Test
  @Order(4)
  void theChartsOwnTestPassesWithTheRightsItIsGiven() throws IOException {
    var hooks = lab().helm().run("get", "hooks", "weft", "-n", Release.SYSTEM).orThrow();
    assertTrue(hooks.contains("serviceAccountName: weft-test"), hooks);
    var token =
        lab().kubectl().run("create", "token", "weft-test", "-n", Release.SYSTEM).orThrow().strip();
    var admin = Files.readString(DIRECTORY.root().resolve("kubeconfig"));
    var kubeconfig = DIRECTORY.root().resolve("kubeconfig-test");
    Files.writeString(kubeconfig, admin.replaceAll("token: [^}]+}", "token: " + token + "}"));
    // The mesh's conditions come together every half minute.
    var status = Wait.look(PATIENCE, Duration.ofSeconds(2), () -> status(kubeconfig), Output::ok);
    assertTrue(status.ok(), () -> status.out() + status.err());
  }

  private static Output status(Path kubeconfig) {
    return Shell.run(
        DIRECTORY.networkOnly("control-plane"),
        SharedLab.REPOSITORY.resolve("cli/weft").toString(),
        "status",
        "--system-namespace=" + Release.SYSTEM,
        "--agents-namespace=" + Release.AGENTS,
        "--kubeconfig=" + kubeconfig);
  }

  /** A field that is new in a CRD is there after an upgrade, and no object is gone. */
  @Test
  @Order(6)
  void anUpgradeChangesCrdsAndKeepsWhatTheyHold(@TempDir Path charts) throws IOException {
    var changed = charts.resolve("weft-crds");
    Shell.run(
            Place.HOST,
            "cp",
            "-r",
            SharedLab.REPOSITORY.resolve("helm/weft-crds").toString(),
            changed.toString())
        .orThrow();
    var crd = changed.resolve("files/weft.dev_peers.yaml");
    var text = Files.readString(crd);
    Files.writeString(
        crd, text.replaceFirst("disabled:", "later: {type: string}\n              disabled:"));
    assertFalse(Files.readString(crd).equals(text));
    var uid = lab().kubectl().get("wgm", "demo").at("/metadata/uid").asText();
    upgradeCrds(changed);
    assertTrue(later().isObject());
    upgradeCrds(SharedLab.REPOSITORY.resolve("helm/weft-crds"));
    assertFalse(later().isObject());
    assertEquals(uid, lab().kubectl().get("wgm", "demo").at("/metadata/uid").asText());
  }

  private static JsonNode later() {
    return lab()
        .kubectl()
        .get("crd", "peers.weft.dev")
        .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/later");
  }

  private static void upgradeCrds(Path chart) {
    lab().helm().run("upgrade", "weft-crds", chart.toString(), "-n", Release.SYSTEM).orThrow();
  }

  /** A mesh of another name would be a second one; another CNI would attach pods, too. */
  @Test
  @Order(7)
  void chartRefusesSecondMeshAndMeshBesideAnotherCni() {
    var renamed = lab().release().upgrade("--set", "mesh.name=other");
    assertFalse(renamed.ok(), "the chart makes a second mesh");
    assertTrue(
        renamed.err().contains("a mesh cannot be renamed; set mesh.name=demo"), renamed.err());
    lab()
        .kubectl()
        .apply(
            """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: kube-flannel-ds, namespace: kube-system}
            spec:
              selector: {matchLabels: {app: flannel}}
              template:
                metadata: {labels: {app: flannel}}
                spec:
                  nodeSelector: {no: node}
                  containers: [{name: none, image: none}]
            """);
    try {
      var beside = lab().release().upgrade();
      assertFalse(beside.ok(), "the chart makes a mesh beside another CNI");
      assertTrue(
          beside.err().contains("DaemonSet kube-system/kube-flannel-ds is another CNI"),
          beside.err());
      lab()
          .release()
          .upgrade("--dry-run=server", "--set", "mesh.spec.podNetwork=External")
          .orThrow();
      lab().release().upgrade("--set", "mesh.replaceOtherCNI=true").orThrow();
    } finally {
      lab().kubectl().run("delete", "daemonset", "-n", "kube-system", "kube-flannel-ds");
    }
    assertEquals(1, lab().kubectl().get("wgm").path("items").size());
  }

  /** As NOTES.txt and docs/install.md say it, each step before the next. */
  @Test
  @Order(8)
  void removedStepByStepNothingIsLeftInTheApiServer() {
    var kubectl = lab().kubectl();
    var nodes = lab().inventory().nodes();
    var refusal = kubectl.run("delete", "wireguardmesh", "demo");
    assertFalse(refusal.ok(), "a mesh is deleted without a confirmation");
    assertTrue(refusal.err().contains("weft.dev/confirm-deletion=demo"), refusal.err());
    var unconfirmed = lab().weft("mesh", "delete", "demo");
    assertEquals(2, unconfirmed.exit(), unconfirmed.err());
    var deleted = lab().weft("mesh", "delete", "demo", "--yes").orThrow();
    assertTrue(deleted.contains("%1$d of %1$d agents".formatted(nodes.size())), deleted);
    var wait =
        new String[] {
          "wait",
          "nodereports.weft.dev",
          "--all",
          "--for=jsonpath={.spec.conditions[?(@.type==\"Clean\")].status}=True",
          "--timeout=90s"
        };
    // Not a moment before the last pod is detached: the runtime needs conflist and plugins for it.
    Wait.until(
        "pods are in the way",
        (int) PATIENCE.toSeconds(),
        () -> kubectl.get("nodereports").toString().contains("pods are still attached to weftbr0"));
    assertTrue(on(nodes.getFirst().name(), "ls /etc/cni/net.d").contains("10-weft.conflist"));
    nodes.forEach(node -> lab().stopPods(node.name()));
    kubectl.run(wait).orThrow();
    for (var node : nodes) {
      assertEquals("", on(node.name(), "ls /etc/cni/net.d"), node.name());
      assertEquals("", on(node.name(), "ls -A /run/weft | grep pod-network || true"), node.name());
      assertEquals("", on(node.name(), "ip -o link | grep weft || true"), node.name());
      assertEquals(
          "key left lock", on(node.name(), "cd /var/lib/weft && echo *").strip(), node.name());
    }
    assertTrue(
        Wait.holds(PATIENCE, () -> kubectl.get("wireguardnodes").path("items").isEmpty()),
        "WireGuardNodes go with their mesh");
    for (var node : lab().inventory().nodes()) {
      assertTrue(
          Wait.holds(
              PATIENCE, () -> on(node.name(), "ip -o link show dev weft0 || true").isEmpty()),
          () -> node.name() + " still has weft0");
    }
    lab().release().uninstall();
    lab().stopWeft(); // a kubelet's part
    assertEquals(
        4,
        kubectl.get("crd", "-l", "app.kubernetes.io/part-of=weft").path("items").size(),
        "CRDs outlive their release");
    kubectl.run("delete", "crd", "-l", "app.kubernetes.io/part-of=weft").orThrow();
    kubectl.run("delete", "namespace", Release.SYSTEM, "--wait=false").orThrow();
    List.of(Release.SYSTEM, Release.AGENTS).forEach(this::finish);
    var first = Objects.requireNonNull(before);
    var differences =
        Wait.look(PATIENCE, () -> first.differencesTo(ApiState.read(kubectl)), List::isEmpty);
    System.out.printf(
        "measured: objects in the API server before the install: %d; differences after the removal: %s%n",
        first.objects().size(), differences);
    assertEquals(List.of(), differences);
  }

  /**
   * The part of the controller of namespaces: what is in one that is being deleted goes, then it.
   */
  private void finish(String namespace) {
    var kubectl = lab().kubectl();
    var kinds =
        kubectl
            .run("api-resources", "--namespaced", "--verbs=list,delete", "-o", "name")
            .orThrow()
            .strip()
            .replace('\n', ',');
    kubectl.run("delete", kinds, "--all", "-n", namespace, "--force", "--grace-period=0").orThrow();
    ObjectNode object = kubectl.get("namespace", namespace).deepCopy();
    assertTrue(object.at("/metadata").has("deletionTimestamp"), object::toString);
    ((ObjectNode) object.path("spec")).putArray("finalizers");
    var path = "/api/v1/namespaces/%s/finalize".formatted(namespace);
    kubectl.input(object.toString(), "replace", "--raw", path, "-f", "-").orThrow();
  }

  private static void assertWell() {
    lab().awaitReady(PATIENCE);
    var status = Wait.look(PATIENCE, Duration.ofMillis(500), lab()::status, s -> s.good());
    assertTrue(status.good(), status::text);
  }

  private static String on(String node, String script) {
    return Shell.script(lab().machine(node), script)
        .orThrow()
        .lines()
        .filter(l -> !l.endsWith(":") && !l.isBlank())
        .findAny()
        .orElse("");
  }

  private static Lab lab() {
    return Objects.requireNonNull(lab);
  }
}
