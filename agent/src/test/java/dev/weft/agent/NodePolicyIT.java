package dev.weft.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The policy that takes from kubelets what NodeRestriction leaves them: an API server with the Node
 * authorizer and NodeRestriction, and the credential of a kubelet.
 */
class NodePolicyIT {
  private static final Path POLICY =
      ApiServer.repository().resolve("helm/weft/files/node-policy.yaml");
  private static final String POLICY_NAME = "ValidatingAdmissionPolicy 'weft-nodes'";
  private static final String REGION = "topology.kubernetes.io/region";
  private static ApiServer server;
  private static KubernetesClient admin;
  private static KubernetesClient kubelet;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
    server.kubectl("apply", "-f", POLICY.toString());
    admin = server.admin();
    kubelet = server.kubelet("a");
    admin.resource(node("b", Map.of(), Map.of())).create();
    admin.resource(node("a", Map.of(), Map.of())).create();
    until(NodePolicyIT::isInEffect);
  }

  @AfterAll
  static void stop() {
    kubelet.close();
    server.close();
  }

  /** As a kubelet registers it, then annotated by an administrator. */
  @BeforeEach
  void registered() {
    admin.nodes().withName("a").delete();
    kubelet.resource(node("a", Map.of(REGION, "aws", "weft.dev/pool", "x"), Map.of())).create();
    admin
        .nodes()
        .withName("a")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"weft.dev/gateway\":\"false\",\"kilo.squat.ai/leader\":\"\"}}}");
  }

  private static Node node(
      String name, Map<String, String> labels, Map<String, String> annotations) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(labels)
        .withAnnotations(annotations)
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .build();
  }

  private static Node patch(String metadata, boolean status) {
    var nodes = kubelet.nodes().withName("a");
    var context = PatchContext.of(PatchType.JSON_MERGE);
    var patch = "{\"metadata\":" + metadata + "}";
    return status
        ? kubelet
            .resource(admin.nodes().withName("a").get())
            .subresource("status")
            .patch(context, patch)
        : nodes.patch(context, patch);
  }

  private static void until(Callable<Boolean> reached) throws Exception {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!reached.call()) {
      assertTrue(System.nanoTime() < deadline, "not within 30 s");
      Thread.sleep(200); // the API server compiles policies in its own time
    }
  }

  private static boolean isInEffect() throws Exception {
    var probe = "{\"annotations\":{\"weft.dev/probe\":\"" + System.nanoTime() + "\"}}";
    return isRefused(() -> patch(probe, false));
  }

  private static boolean isRefused(Callable<?> write) throws Exception {
    try {
      write.call();
      return false;
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403 && String.valueOf(e.getMessage()).contains(POLICY_NAME)) {
        return true;
      }
      throw e;
    }
  }

  private static void assertRefused(String because, Callable<?> write) {
    var e = assertThrows(KubernetesClientException.class, write::call);
    var text = String.valueOf(e.getMessage());
    assertEquals(403, e.getCode(), text);
    assertTrue(text.contains(POLICY_NAME), text);
    assertTrue(text.contains(because), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"weft.dev/location-cidrs", "weft.dev/x", "kilo.squat.ai/force-endpoint"})
  void aKubeletDoesNotRegisterWithAnAnnotationOfOurs(String annotation) {
    admin.nodes().withName("a").delete();
    assertRefused(
        "does not write annotations",
        () -> kubelet.resource(node("a", Map.of(), Map.of(annotation, "x"))).create());
    kubelet.resource(node("a", Map.of(REGION, "gcp"), Map.of("other.dev/x", "x"))).create();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKubeletNeitherAddsNorChangesNorRemovesAnAnnotation(boolean status) {
    for (var annotations :
        new String[] {
          "{\"weft.dev/location\":\"gcp\"}",
          "{\"kilo.squat.ai/location\":\"gcp\"}",
          "{\"weft.dev/gateway\":\"true\"}",
          "{\"weft.dev/gateway\":null}",
          "{\"kilo.squat.ai/leader\":null}",
          "null"
        }) {
      assertRefused(
          "does not write annotations",
          () -> patch("{\"annotations\":" + annotations + "}", status));
    }
    var whole = admin.nodes().withName("a").get();
    whole.getMetadata().setAnnotations(new HashMap<>());
    assertRefused("does not write annotations", () -> kubelet.resource(whole).update());
    var applied = node("a", Map.of(), Map.of("weft.dev/gateway", "true"));
    assertRefused(
        "does not write annotations",
        () -> kubelet.resource(applied).fieldManager("x").forceConflicts().serverSideApply());
    assertEquals(
        "false",
        admin.nodes().withName("a").get().getMetadata().getAnnotations().get("weft.dev/gateway"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKubeletMovesItsNodeToNoOtherLocation(boolean status) {
    for (var labels :
        new String[] {
          "{\"" + REGION + "\":\"gcp\"}",
          "{\"" + REGION + "\":null}",
          "{\"weft.dev/takeover\":\"moved\"}",
          "{\"weft.dev/pool\":null}"
        }) {
      assertRefused("at registration alone", () -> patch("{\"labels\":" + labels + "}", status));
    }
    admin
        .nodes()
        .withName("a")
        .edit(
            n -> new NodeBuilder(n).editMetadata().removeFromLabels(REGION).endMetadata().build());
    assertRefused(
        "at registration alone", () -> patch("{\"labels\":{\"" + REGION + "\":\"gcp\"}}", status));
  }

  /**
   * NodeRestriction leaves it spec.unschedulable, so a cordon decides nothing about other nodes.
   */
  @Test
  void aKubeletCordonsItsOwnNodeAlone() {
    var context = PatchContext.of(PatchType.JSON_MERGE);
    var cordon = "{\"spec\":{\"unschedulable\":true}}";
    kubelet.nodes().withName("a").patch(context, cordon);
    assertEquals(true, admin.nodes().withName("a").get().getSpec().getUnschedulable());
    var e =
        assertThrows(
            KubernetesClientException.class,
            () -> kubelet.nodes().withName("b").patch(context, cordon));
    assertEquals(403, e.getCode());
  }

  /**
   * What docs/security.md advises selectors to use: a kubelet gives none, at registration neither.
   */
  @Test
  void aKubeletGivesNoLabelOfNodeRestriction() {
    var label = "node-restriction.kubernetes.io/uplink";
    var later =
        assertThrows(
            KubernetesClientException.class,
            () -> patch("{\"labels\":{\"" + label + "\":\"fast\"}}", false));
    assertEquals(403, later.getCode());
    admin.nodes().withName("a").delete();
    var first =
        assertThrows(
            KubernetesClientException.class,
            () -> kubelet.resource(node("a", Map.of(label, "fast"), Map.of())).create());
    assertEquals(403, first.getCode());
  }

  /** Nothing keeps it from them where no controller allocates; the mesh's spec.podCIDRs does. */
  @Test
  void aKubeletGivesPodCidrsOnceAsLongAsThereAreNone() {
    var context = PatchContext.of(PatchType.JSON_MERGE);
    var patch = "{\"spec\":{\"podCIDR\":\"%1$s\",\"podCIDRs\":[\"%1$s\"]}}";
    kubelet.nodes().withName("a").patch(context, patch.formatted("10.42.7.0/24"));
    assertEquals("10.42.7.0/24", admin.nodes().withName("a").get().getSpec().getPodCIDR());
    assertThrows(
        KubernetesClientException.class,
        () -> kubelet.nodes().withName("a").patch(context, patch.formatted("10.42.8.0/24")));
  }

  @Test
  void whatKubeletsDoAllDayIsNotConcerned() {
    for (boolean status : new boolean[] {false, true}) {
      patch("{\"annotations\":{\"volumes.kubernetes.io/x\":\"true\"}}", status);
      patch("{\"labels\":{\"node.kubernetes.io/instance-type\":\"m\"}}", status);
    }
    var node = admin.nodes().withName("a").get();
    var beat =
        new NodeBuilder(node)
            .withNewStatus()
            .addNewAddress("10.0.0.1", "InternalIP")
            .endStatus()
            .build();
    kubelet.resource(beat).updateStatus();
    assertEquals(1, admin.nodes().withName("a").get().getStatus().getAddresses().size());
  }

  @Test
  void anAdministratorIsNotConcerned() {
    var context = PatchContext.of(PatchType.JSON_MERGE);
    admin
        .nodes()
        .withName("a")
        .patch(
            context,
            "{\"metadata\":{\"annotations\":{\"weft.dev/gateway\":\"true\"},\"labels\":{\""
                + REGION
                + "\":\"gcp\"}}}");
    assertEquals("gcp", admin.nodes().withName("a").get().getMetadata().getLabels().get(REGION));
  }

  /** NodeRestriction keeps a kubelet to its own Node, and leaves it all that the policy takes. */
  @Test
  void withoutTheBindingNodeRestrictionAloneLetsItThrough() throws Exception {
    var other = node("b", Map.of(), Map.of("weft.dev/gateway", "true"));
    var e =
        assertThrows(
            KubernetesClientException.class,
            () -> kubelet.resource(other).fieldManager("x").serverSideApply());
    assertEquals(403, e.getCode());
    assertFalse(String.valueOf(e.getMessage()).contains(POLICY_NAME));
    server.kubectl("delete", "validatingadmissionpolicybinding", "weft-nodes");
    try {
      until(
          () ->
              !isRefused(
                  () ->
                      patch(
                          "{\"annotations\":{\"weft.dev/location-cidrs\":\"0.0.0.0/1\"}}", true)));
      patch("{\"labels\":{\"" + REGION + "\":\"gcp\"}}", false);
    } finally {
      server.kubectl("apply", "-f", POLICY.toString());
      until(NodePolicyIT::isInEffect);
    }
  }
}
