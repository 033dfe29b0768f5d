package dev.weft.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.server.ApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every constraint of every schema has its case: a CRD without it, served by a real API server,
 * makes a case of the invalid corpus fail. One CRD in a group of its own carries several mutated
 * schemas, as its versions.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MutationIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSIONS_PER_CRD = 8;
  private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private ApiServer server;
  private KubernetesClient client;

  @BeforeAll
  void start() throws IOException, InterruptedException {
    server = ApiServer.start();
    client = server.admin();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"WireGuardMesh", "Peer", "WireGuardNode", "NodeReport"})
  void takingAnyRuleOutMakesACaseFail(String kind) throws InterruptedException {
    var crd = crd(kind);
    var schema = (ObjectNode) undescribed(crd.at("/spec/versions/0/schema/openAPIV3Schema"));
    var mutations = Mutation.of(schema);
    var rounds = Mutation.rounds(mutations);
    var cases = Case.load("invalid").stream().filter(c -> c.kind().equals(kind)).toList();
    var survivors = new ArrayList<String>();
    for (var from = 0; from < rounds.size(); from += VERSIONS_PER_CRD) {
      var batch = rounds.subList(from, Math.min(from + VERSIONS_PER_CRD, rounds.size()));
      survivors.addAll(survivors(kind, crd, schema, batch, "m" + from + ".weft.test", cases));
    }
    System.out.printf("%s: %d mutations, %d schemas%n", kind, mutations.size(), rounds.size());
    assertTrue(mutations.size() > 20, "few mutations");
    assertEquals(List.of(), survivors);
  }

  private List<String> survivors(
      String kind,
      ObjectNode crd,
      ObjectNode schema,
      List<List<Mutation>> rounds,
      String group,
      List<Case> cases)
      throws InterruptedException {
    var mutant = crd.deepCopy();
    var name = Judge.plural(kind) + "." + group;
    mutant.withObject("/metadata").removeAll().put("name", name);
    ((ObjectNode) mutant.get("spec")).put("group", group);
    var versions = ((ObjectNode) mutant.get("spec")).putArray("versions");
    for (var round : rounds) {
      var mutated = schema.deepCopy();
      round.forEach(mutation -> mutation.takeOutOf(mutated));
      var version = versions.addObject();
      version.put("storage", versions.size() == 1);
      version.put("name", "v" + versions.size()).put("served", true);
      version.withObject("/schema").set("openAPIV3Schema", mutated);
      if (crd.at("/spec/versions/0/subresources").isObject()) {
        version.withObject("/subresources").putObject("status");
      }
    }
    client.raw(CRDS, "POST", mutant.toString());
    var survivors = new ArrayList<String>();
    for (var i = 0; i < rounds.size(); i++) {
      var judge = new Judge(client, group + "/v" + (i + 1));
      CorpusIT.awaitServed(judge, List.of(kind));
      for (var mutation : rounds.get(i)) {
        if (cases.stream()
            .filter(mutation::isFeltBy)
            .sorted(Comparator.comparing((Case c) -> !c.field().startsWith(mutation.path())))
            .allMatch(c -> judge.judge(c).refusesAsExpected(c))) {
          survivors.add(mutation.toString());
        }
      }
    }
    client.raw(CRDS + "/" + name, "DELETE", null);
    return survivors;
  }

  private static ObjectNode crd(String kind) {
    for (var crd : Crds.checkedIn().values()) {
      if (crd.getSpec().getNames().getKind().equals(kind)) {
        return JSON.valueToTree(crd);
      }
    }
    throw new IllegalArgumentException(kind);
  }

  /** Without descriptions, which only make the CRD larger than etcd takes. */
  private static JsonNode undescribed(JsonNode schema) {
    var copy = schema.deepCopy();
    copy.findParents("description").stream()
        .filter(parent -> parent.get("description").isTextual())
        .forEach(parent -> ((ObjectNode) parent).remove("description"));
    return copy;
  }
}
