package dev.weft.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.server.ApiServer;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the ServiceAccounts that ship may do, and what they may not, as the API server says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RightsIT {
  private static final String[] WRITES =
      Stream.of(
              "peers",
              "peers/status",
              "wireguardmeshes",
              "wireguardmeshes/status",
              "wireguardnodes",
              "wireguardnodes/status",
              "nodereports")
          .flatMap(
              r ->
                  Stream.of("create", "update", "patch", "delete", "deletecollection")
                      .map(v -> v + " " + r + ".weft.dev"))
          .toArray(String[]::new);

  private ApiServer server;
  private KubernetesClient operator;
  private KubernetesClient agent;

  @BeforeAll
  void start() throws IOException, InterruptedException {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    operator = server.as("weft-system", "weft-operator");
    agent = server.as("weft-agents", "weft-agent");
  }

  @AfterAll
  void stop() {
    operator.close();
    agent.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // who, verb, group, resource, namespace, allowed
        "agent, list, '', secrets, weft-agents, true",
        "agent, get, '', secrets, weft-agents, false",
        "agent, list, '', secrets, weft-system, false",
        "agent, get, '', secrets, default, false",
        "agent, create, '', secrets, weft-agents, false",
        "agent, patch, weft.dev, nodereports, -, true",
        "agent, delete, weft.dev, nodereports, -, false",
        "agent, list, weft.dev, nodereports, -, false",
        "agent, patch, weft.dev, wireguardnodes, -, false",
        "agent, patch, weft.dev, peers/status, -, false",
        "agent, watch, weft.dev, wireguardnodes, -, true",
        "agent, patch, '', nodes, -, false",
        "agent, list, '', pods, default, true",
        "agent, get, '', pods, default, false",
        "agent, watch, '', namespaces, -, true",
        "agent, patch, coordination.k8s.io, leases, weft-agents, true",
        "agent, patch, coordination.k8s.io, leases, weft-system, false",
        "agent, watch, '', secrets, weft-system, false",
        "agent, list, coordination.k8s.io, leases, weft-agents, false",
        "agent, get, weft.dev, nodereports, -, true",
        "agent, create, '', pods, weft-agents, false",
        "agent, create, '', serviceaccounts/token, weft-agents, false",
        "operator, list, '', secrets, weft-system, true",
        "operator, create, '', secrets, weft-system, true",
        "operator, patch, '', secrets, weft-system, true",
        "operator, update, '', secrets, weft-system, false",
        "operator, get, '', secrets, weft-system, false",
        "operator, deletecollection, '', secrets, weft-system, false",
        "operator, list, '', secrets, weft-agents, true",
        "operator, create, '', secrets, weft-agents, true",
        "operator, patch, '', secrets, weft-agents, false",
        "operator, list, '', secrets, default, false",
        "operator, list, '', secrets, kube-system, false",
        "operator, create, '', secrets, default, false",
        "operator, patch, '', nodes, -, false",
        "operator, patch, weft.dev, peers, -, false",
        "operator, patch, weft.dev, wireguardmeshes, -, false",
        "operator, patch, weft.dev, wireguardmeshes/status, -, true",
        "operator, deletecollection, weft.dev, wireguardnodes, -, false",
        "operator, delete, weft.dev, wireguardnodes, -, true",
        "operator, patch, weft.dev, nodereports, -, false",
        "operator, create, events.k8s.io, events, default, true",
        "operator, patch, coordination.k8s.io, leases, weft-agents, false",
        "operator, create, '', pods, weft-system, false",
      })
  void mayAndMayNot(
      String who, String verb, String group, String resource, String namespace, boolean allowed) {
    var review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withResourceAttributes(attributes(verb, group, resource, namespace))
            .endSpec()
            .build();
    var client = who.equals("agent") ? agent : operator;
    var answer = client.authorization().v1().selfSubjectAccessReview().create(review);
    assertEquals(allowed, answer.getStatus().getAllowed());
  }

  private static ResourceAttributes attributes(
      String verb, String group, String resource, @Nullable String namespace) {
    var slash = resource.indexOf('/');
    return new ResourceAttributesBuilder()
        .withVerb(verb)
        .withGroup(group)
        .withResource(slash < 0 ? resource : resource.substring(0, slash))
        .withSubresource(slash < 0 ? "" : resource.substring(slash + 1))
        .withNamespace(namespace)
        .build();
  }

  /**
   * What a person may do who is bound to one ClusterRole and nothing else, as verb and resource.
   */
  private List<String> ofThose(String role, String... asked) {
    var binding =
        new ClusterRoleBindingBuilder()
            .withNewMetadata()
            .withName("people-" + role)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
            .addNewSubject("rbac.authorization.k8s.io", "User", "person-" + role, null)
            .build();
    server.admin().resource(binding).serverSideApply();
    return Stream.of(asked).filter(a -> may("person-" + role, a.split(" ", 2))).toList();
  }

  private boolean may(String user, String[] asked) {
    var dot = asked[1].indexOf('.');
    var review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(user)
            .withResourceAttributes(
                attributes(
                    asked[0],
                    dot < 0 ? "" : asked[1].substring(dot + 1),
                    dot < 0 ? asked[1] : asked[1].substring(0, dot),
                    null))
            .endSpec()
            .build();
    return server
        .admin()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(review)
        .getStatus()
        .getAllowed();
  }

  private static List<String> fourVerbs(String resource) {
    return Stream.of("create", "update", "patch", "delete").map(v -> v + " " + resource).toList();
  }

  @Test
  void whoManagesPeersChangesNothingElse() {
    assertEquals(fourVerbs("peers.weft.dev"), ofThose("weft-peer-admin", WRITES));
    assertEquals(
        List.of("list wireguardmeshes.weft.dev"),
        ofThose(
            "weft-peer-admin",
            "list wireguardmeshes.weft.dev",
            "annotate nodes.weft.dev",
            "patch nodes",
            "patch nodes/status",
            "get secrets",
            "list secrets",
            "create pods",
            "create serviceaccounts/token",
            "bind clusterroles.rbac.authorization.k8s.io",
            "escalate clusterroles.rbac.authorization.k8s.io"));
  }

  @Test
  void whoEditsMeshesWritesNothingThatAgentsObey() {
    var wanted = new ArrayList<>(fourVerbs("peers.weft.dev"));
    wanted.addAll(fourVerbs("wireguardmeshes.weft.dev"));
    assertEquals(wanted, ofThose("weft-edit", WRITES));
  }

  /** Of edit and admin this API server has the parts that Kubernetes gives them. */
  @Test
  void whoEditsANamespaceDoesNotWriteTheSliceOfTheApiServers() {
    for (var part : List.of("edit", "admin")) {
      assertEquals(
          part.equals("edit") ? List.of("update services") : List.of(),
          ofThose(
              "system:aggregate-to-" + part,
              "update services",
              "create endpointslices.discovery.k8s.io",
              "update endpointslices.discovery.k8s.io",
              "patch endpointslices.discovery.k8s.io",
              "delete endpointslices.discovery.k8s.io",
              "update endpoints"));
    }
  }

  /** Who may edit or administrate a namespace gets no say in the mesh. */
  @Test
  void theClustersOwnRolesIncludeTheRightToLookAlone() {
    var included = new TreeSet<String>();
    for (var role : server.admin().rbac().clusterRoles().list().getItems()) {
      var labels = role.getMetadata().getLabels();
      if (role.getMetadata().getName().startsWith("weft-")
          && labels.keySet().stream().anyMatch(l -> l.contains("/aggregate-to-"))) {
        included.add(role.getMetadata().getName());
      }
    }
    assertEquals(Set.of("weft-view"), included);
    assertEquals(List.of(), ofThose("weft-view", WRITES));
  }
}
