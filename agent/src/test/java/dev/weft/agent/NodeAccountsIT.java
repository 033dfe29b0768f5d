package dev.weft.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the policy {@code weft-nodes} takes from accounts whose tokens lie on nodes: rights as
 * flannel, Calico, cloud controllers, Kilo, and Argo CD have them, by tokens as kubelet gives them.
 */
class NodeAccountsIT {
  private static final Path POLICY =
      ApiServer.repository().resolve("helm/weft/files/node-policy.yaml");
  private static final String POLICY_NAME = "ValidatingAdmissionPolicy 'weft-nodes'";
  private static final String REGION = "topology.kubernetes.io/region";
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final List<KubernetesClient> CLIENTS = new ArrayList<>();
  private static ApiServer server;
  private static KubernetesClient admin;

  /** Patches the status of each Node, as flannel, Calico and the node problem detector. */
  private static KubernetesClient flannel;

  /** Patches and updates each Node, as kured, and the cloud node manager of AKS. */
  private static KubernetesClient nodeManager;

  private static KubernetesClient cloudController;
  private static KubernetesClient kilo;
  private static KubernetesClient annotator;
  private static KubernetesClient argo;
  private static KubernetesClient k3s;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
    server.kubectl("apply", "-f", POLICY.toString());
    admin = server.admin();
    for (var node : List.of("a", "b")) {
      admin.resource(node(node, Map.of(REGION, "aws"))).create();
    }
    var patchStatus = rule("", "nodes/status", "patch", "update");
    var patch = rule("", "nodes", "get", "list", "patch", "update");
    flannel = account("flannel", rule("", "nodes", "get", "list"), patchStatus);
    nodeManager = account("node-manager", patch, patchStatus);
    cloudController = account("cloud-controller", rule("", "nodes", "*"), patchStatus);
    kilo = account("kilo", patch, rule("kilo.squat.ai", "peers", "list", "watch"));
    annotator = account("annotator", patch, rule("weft.dev", "nodes", "annotate"));
    argo = account("argo", rule("*", "*", "*"));
    k3s = user("system:k3s-controller", patchStatus, patch);
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!isRefused(nodeManager, "a", "{\"annotations\":{\"weft.dev/x\":\"1\"}}")) {
      assertTrue(System.nanoTime() < deadline, "the policy is not in effect within 30 s");
      annotate(admin, "a", "weft.dev/x", null);
      Thread.sleep(200); // the API server compiles policies in its own time
    }
  }

  @AfterAll
  static void stop() {
    CLIENTS.forEach(KubernetesClient::close);
    server.close();
  }

  @BeforeEach
  void asTheAdministratorWantsIt() {
    for (var node : List.of("a", "b")) {
      patch(
          admin,
          node,
          "{\"annotations\":{\"weft.dev/gateway\":\"false\",\"weft.dev/endpoint\":null,"
              + "\"kilo.squat.ai/leader\":\"\"},\"labels\":{\"%s\":\"aws\",\"weft.dev/pool\":\"x\"}}"
                  .formatted(REGION));
    }
  }

  private static Node node(String name, Map<String, String> labels) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .build();
  }

  private static PolicyRule rule(String group, String resource, String... verbs) {
    return new PolicyRuleBuilder()
        .withApiGroups(group)
        .withResources(resource)
        .withVerbs(verbs)
        .build();
  }

  private static void role(String name, PolicyRule... rules) {
    admin
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withRules(rules)
                .build())
        .create();
  }

  /** The account of a Pod on node a. */
  private static KubernetesClient account(String name, PolicyRule... rules) {
    admin
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .endMetadata()
                .build())
        .create();
    role(name, rules);
    admin
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                .addNewSubject("", "ServiceAccount", name, "default")
                .build())
        .create();
    var client = server.on("a", "default", name);
    CLIENTS.add(client);
    return client;
  }

  /** A user whose certificate lies on each node. */
  private static KubernetesClient user(String name, PolicyRule... rules) {
    role(name, rules);
    admin
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                .addNewSubject("rbac.authorization.k8s.io", "User", name, null)
                .build())
        .create();
    var config = server.adminAt(server.port());
    config.setImpersonateUsername(name);
    var client = new KubernetesClientBuilder().withConfig(config).build();
    CLIENTS.add(client);
    return client;
  }

  private static void patch(KubernetesClient who, String node, String metadata) {
    who.nodes().withName(node).patch(MERGE, "{\"metadata\":" + metadata + "}");
  }

  private static void patchStatus(KubernetesClient who, String node, String metadata) {
    who.resource(admin.nodes().withName(node).get())
        .subresource("status")
        .patch(MERGE, "{\"metadata\":" + metadata + "}");
  }

  private static void annotate(
      KubernetesClient who, String node, String name, @Nullable String value) {
    patch(
        who,
        node,
        "{\"annotations\":{\"%s\":%s}}"
            .formatted(name, value == null ? "null" : "\"" + value + "\""));
  }

  private static void label(KubernetesClient who, String node, String name, String value) {
    patch(who, node, "{\"labels\":{\"%s\":\"%s\"}}".formatted(name, value));
  }

  private static boolean isRefused(KubernetesClient who, String node, String metadata) {
    try {
      patch(who, node, metadata);
      return false;
    } catch (KubernetesClientException e) {
      assertTrue(String.valueOf(e.getMessage()).contains(POLICY_NAME), e::getMessage);
      return true;
    }
  }

  private static void assertRefused(String because, Runnable write) {
    var e = assertThrows(KubernetesClientException.class, write::run);
    var text = String.valueOf(e.getMessage());
    assertEquals(403, e.getCode(), text);
    assertTrue(text.contains(POLICY_NAME), text);
    assertTrue(text.contains(because), text);
  }

  private static Map<String, String> annotations(String node) {
    return admin.nodes().withName(node).get().getMetadata().getAnnotations();
  }

  private static Map<String, String> labels(String node) {
    return admin.nodes().withName(node).get().getMetadata().getLabels();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"weft.dev/location\":\"gcp\"}",
        "{\"weft.dev/gateway\":\"true\"}",
        "{\"weft.dev/gateway\":null}",
        "{\"kilo.squat.ai/location\":\"gcp\"}",
        "{\"kilo.squat.ai/leader\":null}",
        "null"
      })
  void anAccountOfADaemonSetAnnotatesNoNodeForWeft(String annotations) {
    var metadata = "{\"annotations\":" + annotations + "}";
    for (var node : List.of("a", "b")) {
      assertRefused("on Nodes are for", () -> patchStatus(flannel, node, metadata));
      assertRefused("on Nodes are for", () -> patch(nodeManager, node, metadata));
      assertRefused("on Nodes are for", () -> patchStatus(nodeManager, node, metadata));
      assertRefused("on Nodes are for", () -> patchStatus(k3s, node, metadata));
    }
    assertEquals("false", annotations("b").get("weft.dev/gateway"));
  }

  @Test
  void anAccountOfADaemonSetMovesNoNodeToAnotherLocation() {
    for (var labels :
        List.of(
            "{\"" + REGION + "\":\"gcp\"}",
            "{\"" + REGION + "\":null}",
            "{\"weft.dev/pool\":\"y\"}",
            "{\"weft.dev/takeover\":\"moved\"}")) {
      var metadata = "{\"labels\":" + labels + "}";
      for (var node : List.of("a", "b")) {
        assertRefused("on Nodes are changed by", () -> patchStatus(flannel, node, metadata));
        assertRefused("on Nodes are changed by", () -> patch(nodeManager, node, metadata));
        assertRefused("on Nodes are changed by", () -> patchStatus(k3s, node, metadata));
      }
    }
  }

  /** A Node without a location gets it from the cloud's program on that node, as on AKS. */
  @Test
  void anAccountOfAPodGivesItsOwnNodeAloneAFirstLocation() {
    for (var node : List.of("a", "b")) {
      patch(admin, node, "{\"labels\":{\"" + REGION + "\":null}}");
    }
    assertRefused("on Nodes are changed by", () -> label(nodeManager, "b", REGION, "gcp"));
    label(nodeManager, "a", REGION, "azure");
    assertEquals("azure", labels("a").get(REGION));
    assertRefused("on Nodes are changed by", () -> label(nodeManager, "a", REGION, "gcp"));
  }

  @Test
  void whatSuchAccountsDoAllDayIsNotConcerned() {
    var other = "{\"annotations\":{\"flannel.alpha.coreos.com/public-ip\":\"192.0.2.1\"}}";
    for (var node : List.of("a", "b")) {
      patchStatus(flannel, node, other);
      patchStatus(k3s, node, other);
      patch(nodeManager, node, other);
      label(nodeManager, node, "kured.dev/x", "y");
      nodeManager.nodes().withName(node).patch(MERGE, "{\"spec\":{\"unschedulable\":true}}");
      flannel
          .resource(admin.nodes().withName(node).get())
          .subresource("status")
          .patch(
              MERGE,
              "{\"status\":{\"conditions\":[{\"type\":\"NetworkUnavailable\",\"status\":\"False\"}]}}");
    }
  }

  /** Cloud controllers label Nodes in one request with what makes them schedulable. */
  @Test
  void whoMayDeleteNodesLabelsThemAndAnnotatesNone() {
    label(cloudController, "b", REGION, "gcp");
    label(cloudController, "b", "weft.dev/pool", "y");
    assertEquals("gcp", labels("b").get(REGION));
    assertRefused(
        "admissionPolicy.nodes.writers",
        () -> annotate(cloudController, "b", "weft.dev/gateway", "true"));
    assertRefused(
        "on Nodes are for",
        () ->
            cloudController
                .resource(
                    new NodeBuilder(node("c", Map.of()))
                        .editMetadata()
                        .withAnnotations(Map.of("weft.dev/location-cidrs", "10.0.0.0/8"))
                        .endMetadata()
                        .build())
                .create());
  }

  private static void address(KubernetesClient who, String node, String address) {
    who.resource(admin.nodes().withName(node).get())
        .subresource("status")
        .patch(
            MERGE,
            "{\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"%s\"}]}}"
                .formatted(address));
  }

  @Test
  void anAccountOfADaemonSetChangesNoAddressOfAnotherNode() {
    address(cloudController, "b", "10.0.0.2");
    for (var who : List.of(flannel, nodeManager, k3s)) {
      assertRefused("addresses of a Node", () -> address(who, "b", "10.0.0.9"));
    }
    assertRefused("addresses of a Node", () -> address(k3s, "a", "10.0.0.9"));
    address(nodeManager, "a", "10.0.0.1");
    try (var kubelet = server.kubelet("b")) {
      address(kubelet, "b", "10.0.0.3");
    }
    assertEquals(
        "10.0.0.3",
        admin.nodes().withName("b").get().getStatus().getAddresses().getFirst().getAddress());
  }

  private static void ready(KubernetesClient who, String node, String status, String message) {
    who.resource(admin.nodes().withName(node).get())
        .subresource("status")
        .patch(
            MERGE,
            "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"%s\",\"message\":\"%s\"}]}}"
                .formatted(status, message));
  }

  /** A node that shuts down gives the role of a gateway to another one (ADR 121). */
  @Test
  void anAccountOfADaemonSetShutsNoOtherNodeDown() {
    var shutsDown = "node is shutting down";
    for (var who : List.of(flannel, nodeManager, k3s)) {
      assertRefused("that a Node shuts down", () -> ready(who, "b", "False", shutsDown));
      ready(who, "b", "False", "PLEG is not healthy");
    }
    ready(nodeManager, "a", "False", shutsDown);
    ready(nodeManager, "a", "True", "");
    try (var kubelet = server.kubelet("b")) {
      ready(kubelet, "b", "False", shutsDown);
      assertRefused("that a Node shuts down", () -> ready(flannel, "b", "True", ""));
      ready(kubelet, "b", "True", "");
    }
    ready(cloudController, "b", "False", shutsDown);
    ready(cloudController, "b", "True", "");
  }

  @Test
  void kiloWritesItsOwnAnnotationsAlone() {
    annotate(kilo, "b", "kilo.squat.ai/leader", "x");
    assertEquals("x", annotations("b").get("kilo.squat.ai/leader"));
    assertRefused("on Nodes are for", () -> annotate(kilo, "b", "weft.dev/gateway", "true"));
    assertRefused("on Nodes are changed by", () -> label(kilo, "b", REGION, "gcp"));
  }

  /** The annotator has the verb by the ClusterRole that the chart binds to its writers. */
  @Test
  void whoAdministratesMeshesOrHasTheVerbAnnotatesAlsoFromAPod() {
    for (var who : List.of(argo, annotator)) {
      annotate(who, "b", "weft.dev/endpoint", "192.0.2.7:51820");
      assertEquals("192.0.2.7:51820", annotations("b").get("weft.dev/endpoint"));
      annotate(who, "b", "kilo.squat.ai/leader", null);
      label(who, "b", REGION, "gcp");
      label(who, "b", "weft.dev/pool", "z");
      asTheAdministratorWantsIt();
    }
  }

  /** Its own right to change meshes does not help a kubelet. */
  @Test
  void aKubeletIsRefusedWhateverRightsItHas() {
    admin
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName("kubelets-may-do-everything")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                .addNewSubject("rbac.authorization.k8s.io", "Group", "system:nodes", null)
                .build())
        .create();
    try (var kubelet = server.kubelet("a")) {
      assertRefused(
          "a kubelet does not write annotations",
          () -> annotate(kubelet, "a", "weft.dev/gateway", "true"));
      assertRefused("at registration alone", () -> label(kubelet, "a", REGION, "gcp"));
    } finally {
      admin.rbac().clusterRoleBindings().withName("kubelets-may-do-everything").delete();
    }
  }
}
