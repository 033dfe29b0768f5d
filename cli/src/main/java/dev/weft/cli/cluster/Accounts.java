package dev.weft.cli.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.cluster.AccessState.LackingRight;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks the API server whether Weft's own accounts may do what they can't do without, by
 * SubjectAccessReviews. Who may not ask learns nothing here.
 */
final class Accounts {
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A right; an empty namespace: in all. */
  private record Right(
      String namespace, String account, String verb, String group, String resource, String in) {
    String what() {
      var name = group.isEmpty() ? resource : resource + "." + group;
      return verb + " " + name + (in.isEmpty() ? "" : " in " + in);
    }

    ObjectNode review() {
      var review = JSON.createObjectNode();
      review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SubjectAccessReview");
      var spec = review.putObject("spec");
      spec.put("user", "system:serviceaccount:%s:%s".formatted(namespace, account));
      var about = spec.putObject("resourceAttributes");
      about.put("verb", verb).put("group", group);
      int slash = resource.indexOf('/');
      about.put("resource", slash < 0 ? resource : resource.substring(0, slash));
      if (slash >= 0) {
        about.put("subresource", resource.substring(slash + 1));
      }
      if (!in.isEmpty()) {
        about.put("namespace", in);
      }
      return review;
    }
  }

  private Accounts() {}

  /** What is lacking, in the order in which it is needed. */
  static List<LackingRight> lacking(Api api, String system, String agents) {
    var lacking = new ArrayList<LackingRight>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var rights = rights(system, agents);
      var answers = new ArrayList<Future<Boolean>>();
      rights.forEach(r -> answers.add(executor.submit(() -> isRefused(api, r))));
      for (int i = 0; i < rights.size(); i++) {
        if (isTrue(answers.get(i))) {
          var right = rights.get(i);
          lacking.add(new LackingRight(right.namespace() + "/" + right.account(), right.what()));
        }
      }
    }
    return lacking;
  }

  private static boolean isTrue(Future<Boolean> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      return false; // the person may not ask, or the API server doesn't know the kind
    }
  }

  private static boolean isRefused(Api api, Right right) throws ApiRefusal {
    return !api.create(REVIEWS, right.review()).at("/status/allowed").asBoolean(true);
  }

  private static List<Right> rights(String system, String agents) {
    var rights = new ArrayList<Right>();
    for (var verb : List.of("list", "watch")) {
      rights.add(new Right(agents, "weft-agent", verb, "", "nodes", ""));
      for (var kind : List.of("wireguardmeshes", "wireguardnodes", "peers")) {
        rights.add(new Right(agents, "weft-agent", verb, "weft.dev", kind, ""));
      }
      rights.add(new Right(agents, "weft-agent", verb, "", "secrets", agents));
    }
    rights.add(new Right(agents, "weft-agent", "patch", "weft.dev", "nodereports", ""));
    rights.add(new Right(agents, "weft-agent", "update", "coordination.k8s.io", "leases", agents));
    for (var kind : List.of("wireguardmeshes", "wireguardnodes", "nodereports", "peers")) {
      rights.add(new Right(system, "weft-operator", "watch", "weft.dev", kind, ""));
    }
    rights.add(new Right(system, "weft-operator", "patch", "weft.dev", "wireguardnodes", ""));
    rights.add(
        new Right(system, "weft-operator", "patch", "weft.dev", "wireguardmeshes/status", ""));
    rights.add(new Right(system, "weft-operator", "patch", "weft.dev", "peers/status", ""));
    rights.add(new Right(system, "weft-operator", "watch", "", "nodes", ""));
    rights.add(
        new Right(system, "weft-operator", "watch", "coordination.k8s.io", "leases", agents));
    return rights;
  }
}
