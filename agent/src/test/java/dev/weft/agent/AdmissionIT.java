package dev.weft.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.view.Published;
import dev.weft.api.server.ApiServer;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.ReportedDevice;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The policy that keeps an agent to its own node's objects, by tokens as kubelet gives them. The
 * agents' account may do everything here, so that what is refused is refused by the policy and not
 * by RBAC.
 */
class AdmissionIT {
  private static final String AGENTS = "weft-agents";
  private static final Path POLICY =
      ApiServer.repository().resolve("helm/weft/files/admission-policy.yaml");
  private static final String POLICY_NAME = "ValidatingAdmissionPolicy 'weft-agent'";
  private static ApiServer server;
  private static KubernetesClient admin;
  private static KubernetesClient agentOfA;
  private static KubernetesClient agentOfNowhere;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    server.kubectl("apply", "-f", POLICY.toString());
    admin = server.admin();
    admin
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName("agents-may-do-everything")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                .addNewSubject("", "ServiceAccount", "weft-agent", AGENTS)
                .build())
        .create();
    agentOfA = server.on("a", AGENTS, "weft-agent");
    agentOfNowhere = server.as(AGENTS, "weft-agent");
    until(() -> isRefused(() -> create(agentOfNowhere, report("probe"))));
    for (var node : List.of("a", "b")) {
      admin.resource(report(node)).create();
      admin.resource(lease(node)).create();
    }
  }

  @AfterAll
  static void stop() {
    agentOfA.close();
    agentOfNowhere.close();
    server.close();
  }

  private static void until(Callable<Boolean> reached) throws Exception {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!reached.call()) {
      assertTrue(System.nanoTime() < deadline, "not within 30 s");
      Thread.sleep(200);
    }
  }

  private static NodeReport report(String node) {
    var report = new NodeReport();
    report.setMetadata(new ObjectMetaBuilder().withName(node).build());
    var device = new ReportedDevice(0, 0, Published.key(node), 51820);
    report.setSpec(
        new NodeReportSpec(List.of(device), null, List.of(), List.of(), null, List.of()));
    return report;
  }

  private static HasMetadata lease(String node) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace(AGENTS)
        .withName(node)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(node)
        .endSpec()
        .build();
  }

  private static HasMetadata event(String kind, String name) {
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withGenerateName(name + ".")
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion("weft.dev/v1alpha1")
        .withKind(kind)
        .withName(name)
        .endInvolvedObject()
        .withReason("Test")
        .withType("Normal")
        .build();
  }

  private static HasMetadata create(KubernetesClient who, HasMetadata object) {
    return who.resource(object).create();
  }

  private static HasMetadata apply(KubernetesClient who, HasMetadata object) {
    return who.resource(object).fieldManager("weft-agent").forceConflicts().serverSideApply();
  }

  private static HasMetadata merge(KubernetesClient who, HasMetadata object) {
    return who.resource(object)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"at\":\"" + System.nanoTime() + "\"}}}");
  }

  private static HasMetadata update(KubernetesClient who, HasMetadata object) {
    var changed = admin.resource(object).get();
    changed.getMetadata().getAnnotations().put("at", "" + System.nanoTime());
    return who.resource(changed).update();
  }

  private static boolean isRefused(Callable<?> write) throws Exception {
    try {
      write.call();
      return false;
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403 && text(e).contains(POLICY_NAME)) {
        return true;
      }
      throw e;
    }
  }

  private static String text(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private static void assertRefused(String because, Callable<?> write) {
    var e = assertThrows(KubernetesClientException.class, write::call);
    assertEquals(403, e.getCode(), text(e));
    assertTrue(text(e).contains(POLICY_NAME), text(e));
    assertTrue(text(e).contains(because), text(e));
  }

  @Test
  void itsOwnReportAndLeaseAreWrittenInEveryWay() {
    for (var own : List.of(report("a"), lease("a"))) {
      apply(agentOfA, own);
      merge(agentOfA, own);
      update(agentOfA, own);
      agentOfA.resource(own).delete();
      create(agentOfA, own);
    }
  }

  @Test
  void anothersReportIsNotWrittenInAnyWay() {
    var why = "the agent of node a writes its own NodeReport alone, not b";
    assertRefused(why, () -> apply(agentOfA, report("b")));
    assertRefused(why, () -> merge(agentOfA, report("b")));
    assertRefused(why, () -> update(agentOfA, report("b")));
    assertRefused(why, () -> agentOfA.resource(report("b")).delete());
    assertRefused("not c", () -> create(agentOfA, report("c")));
    assertRefused("not c", () -> apply(agentOfA, report("c")));
    assertRefused("NodeReport alone", () -> agentOfA.resources(NodeReport.class).delete());
  }

  @Test
  void anothersLeaseIsNotWrittenInAnyWay() {
    var why = "renews its own Lease alone, not weft-agents/b";
    assertRefused(why, () -> apply(agentOfA, lease("b")));
    assertRefused(why, () -> merge(agentOfA, lease("b")));
    assertRefused(why, () -> update(agentOfA, lease("b")));
    assertRefused(why, () -> agentOfA.resource(lease("b")).delete());
    var elsewhere = lease("a");
    elsewhere.getMetadata().setNamespace("weft-system");
    assertRefused("not weft-system/a", () -> create(agentOfA, elsewhere));
  }

  @Test
  void whatTheOperatorPublishesIsNotWritten() {
    for (var kind : List.of("WireGuardNode", "Peer", "WireGuardMesh")) {
      var object =
          agentOfA
              .genericKubernetesResources("weft.dev/v1alpha1", kind)
              .load(
                  new java.io.ByteArrayInputStream(
                      ("apiVersion: weft.dev/v1alpha1\nkind: "
                              + kind
                              + "\nmetadata: {name: a}\n"
                              + (kind.equals("WireGuardNode")
                                  ? "spec: {mesh: m, location: l, role: Member}\n"
                                  : kind.equals("Peer")
                                      ? "spec: {}\n"
                                      : "spec: {addresses: [10.4.0.0/16]}\n"))
                          .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
              .item();
      assertRefused("an agent doesn't write", () -> create(agentOfA, object));
    }
    var secret =
        new SecretBuilder().withNewMetadata().withNamespace(AGENTS).withName("s").endMetadata();
    assertRefused("an agent doesn't write secrets", () -> create(agentOfA, secret.build()));
  }

  @Test
  void neitherNodesNorPodsNorTokensAreWritten() {
    var node = new NodeBuilder().withNewMetadata().withName("n").endMetadata().build();
    assertRefused("an agent doesn't write nodes", () -> create(agentOfA, node));
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(AGENTS)
            .withName("p")
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName("weft-agent")
            .withAutomountServiceAccountToken(false)
            .addNewContainer()
            .withName("c")
            .withImage("example.org/c:1")
            .endContainer()
            .endSpec()
            .build();
    assertRefused("an agent doesn't write pods", () -> create(agentOfA, pod));
    var request = new TokenRequestBuilder().withNewSpec().endSpec().build();
    assertRefused(
        "an agent doesn't write serviceaccounts",
        () ->
            agentOfA
                .serviceAccounts()
                .inNamespace(AGENTS)
                .withName("weft-agent")
                .tokenRequest(request));
  }

  @Test
  void eventsTellOfItsOwnReportAlone() {
    create(agentOfA, event("NodeReport", "a"));
    assertRefused("its own NodeReport alone", () -> create(agentOfA, event("NodeReport", "b")));
    assertRefused("its own NodeReport alone", () -> create(agentOfA, event("Peer", "a")));
    var told = create(agentOfA, event("NodeReport", "a"));
    assertRefused("changes no Event", () -> merge(agentOfA, told));
  }

  @Test
  void aTokenThatNamesNoNodeWritesNothing() {
    var why = "bound to its Pod";
    assertRefused(why, () -> apply(agentOfNowhere, report("a")));
    assertRefused(why, () -> merge(agentOfNowhere, lease("a")));
    assertRefused(why, () -> create(agentOfNowhere, event("NodeReport", "a")));
  }

  @Test
  void othersAreNotConcerned() {
    merge(admin, report("b"));
    merge(admin, lease("b"));
  }

  @Test
  void withoutTheBindingAnothersReportIsWritten() throws Exception {
    server.kubectl("delete", "validatingadmissionpolicybinding", "weft-agent");
    try {
      until(() -> !isRefused(() -> merge(agentOfA, report("b"))));
      apply(agentOfNowhere, report("b"));
    } finally {
      server.kubectl("apply", "-f", POLICY.toString());
      until(() -> isRefused(() -> merge(agentOfA, report("b"))));
    }
  }
}
