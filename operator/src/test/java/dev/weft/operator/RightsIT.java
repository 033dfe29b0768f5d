package dev.weft.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.server.ApiServer;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the ServiceAccounts that ship may do, and what they may not, as the API server says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RightsIT {
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
    var slash = resource.indexOf('/');
    ResourceAttributes attributes =
        new ResourceAttributesBuilder()
            .withVerb(verb)
            .withGroup(group)
            .withResource(slash < 0 ? resource : resource.substring(0, slash))
            .withSubresource(slash < 0 ? "" : resource.substring(slash + 1))
            .withNamespace(namespace)
            .build();
    var review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withResourceAttributes(attributes)
            .endSpec()
            .build();
    var client = who.equals("agent") ? agent : operator;
    var answer = client.authorization().v1().selfSubjectAccessReview().create(review);
    assertEquals(allowed, answer.getStatus().getAllowed());
  }
}
