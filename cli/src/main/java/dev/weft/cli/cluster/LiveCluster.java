package dev.weft.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.cli.InputException;
import dev.weft.cli.manifest.ManifestObject;
import dev.weft.mesh.cluster.AccessState;
import dev.weft.mesh.snapshot.ApiServerAddresses;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads everything of a live cluster that a command looks at, all kinds at once. */
public final class LiveCluster {
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  /**
   * What was read.
   *
   * @param objects of all kinds
   * @param access what could not be read
   */
  public record Reading(List<ManifestObject> objects, AccessState access) {}

  private record Listing(String what, String path, boolean needed) {}

  private final Api api;
  private final String systemNamespace;
  private final String agentsNamespace;
  private final List<ManifestObject> objects = new ArrayList<>();
  private final List<String> forbidden = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  private LiveCluster(Api api, String systemNamespace, String agentsNamespace) {
    this.api = api;
    this.systemNamespace = systemNamespace;
    this.agentsNamespace = agentsNamespace;
  }

  /**
   * Reads.
   *
   * @param surroundings whether pods, policies and Secrets' names are wanted, too
   * @throws InputException if what no command can do without is refused
   */
  public static Reading read(
      Api api, String systemNamespace, String agentsNamespace, boolean surroundings) {
    return new LiveCluster(api, systemNamespace, agentsNamespace).read(surroundings);
  }

  /** The objects of a list, each with its kind; none if it may not be read or isn't there. */
  static List<JsonNode> items(Api api, String path) {
    try {
      var cluster = new LiveCluster(api, "", "");
      cluster.add(api.get(path));
      return cluster.objects.stream().map(ManifestObject::json).toList();
    } catch (ApiRefusal e) {
      return List.of();
    }
  }

  private Reading read(boolean surroundings) {
    var listings = new ArrayList<Listing>();
    listings.add(new Listing("nodes", "/api/v1/nodes", true));
    for (var kind : List.of("wireguardmeshes", "wireguardnodes", "nodereports", "peers")) {
      listings.add(new Listing(kind, Paths.WEFT + kind, true));
    }
    listings.add(
        new Listing(
            "endpointslices in " + ApiServerAddresses.NAMESPACE,
            "/apis/discovery.k8s.io/v1/namespaces/%s/endpointslices?fieldSelector=metadata.name%%3D%s"
                .formatted(ApiServerAddresses.NAMESPACE, ApiServerAddresses.SLICE),
            false));
    var leases =
        new Listing(
            "leases in " + agentsNamespace,
            "/apis/coordination.k8s.io/v1/namespaces/" + agentsNamespace + "/leases",
            false);
    var leader =
        new Listing(
            "the operator's lease",
            "/apis/coordination.k8s.io/v1/namespaces/" + systemNamespace + "/leases/weft-operator",
            false);
    // Of Secrets the names alone: the values of preshared keys are not needed here.
    var secrets =
        new Listing(
            "secrets in " + agentsNamespace,
            "/api/v1/namespaces/" + agentsNamespace + "/secrets",
            false);
    if (surroundings) {
      listings.add(new Listing("pods", "/api/v1/pods", false));
      listings.add(new Listing("namespaces", "/api/v1/namespaces", false));
      listings.add(
          new Listing("networkpolicies", "/apis/networking.k8s.io/v1/networkpolicies", false));
    }
    var answers = new HashMap<String, JsonNode>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new HashMap<Listing, Future<JsonNode>>();
      var wanted = new ArrayList<>(listings);
      wanted.add(leases);
      wanted.add(leader);
      if (surroundings) {
        wanted.add(secrets);
      }
      wanted.forEach(
          l ->
              all.put(
                  l,
                  executor.submit(
                      () -> l.equals(secrets) ? api.names(l.path()) : api.get(l.path()))));
      wanted.forEach(l -> answers.put(l.what(), answer(l, all)));
    }
    listings.forEach(l -> add(answers.getOrDefault(l.what(), missingNode())));
    var lacking =
        surroundings
            ? Accounts.lacking(api, systemNamespace, agentsNamespace)
            : List.<AccessState.LackingRight>of();
    return new Reading(objects, access(answers, leases, leader, secrets, lacking));
  }

  private JsonNode answer(Listing listing, Map<Listing, Future<JsonNode>> all) {
    var future = all.get(listing);
    if (future == null) {
      return missingNode();
    }
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InputException input) {
        throw input;
      }
      if (e.getCause() instanceof ApiRefusal refusal) {
        refused(listing, refusal);
        return missingNode();
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void refused(Listing listing, ApiRefusal refusal) {
    if (refusal.code() == FORBIDDEN) {
      if (listing.needed()) {
        throw new InputException(
            "you may not list %s (%s); have 'get' and 'list' on it granted"
                .formatted(listing.what(), refusal.says()));
      }
      forbidden.add("list " + listing.what());
    } else if (refusal.code() == NOT_FOUND) {
      if (listing.path().startsWith(Paths.WEFT)) {
        missing.add(listing.what());
      }
    } else {
      var text =
          "the API server does not list %s: %d %s"
              .formatted(listing.what(), refusal.code(), refusal.says());
      throw refusal.isTemporary() ? new UnreachableException(text) : new InputException(text);
    }
  }

  private static JsonNode missingNode() {
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  /** Items of a typed list have neither apiVersion nor kind. */
  private void add(JsonNode list) {
    var kind = list.path("kind").asText().replaceFirst("List$", "");
    for (var item : list.path("items")) {
      if (item instanceof ObjectNode object) {
        object.set("apiVersion", list.path("apiVersion"));
        object.put("kind", kind);
        objects.add(new ManifestObject("cluster", object));
      }
    }
  }

  private AccessState access(
      Map<String, JsonNode> answers,
      Listing leases,
      Listing leader,
      Listing secrets,
      List<AccessState.LackingRight> lacking) {
    long now = api.serverEpochSecond();
    var ages = new HashMap<String, Long>();
    var durations = new HashMap<String, Long>();
    var skews = new HashMap<String, Long>();
    for (var lease : answers.getOrDefault(leases.what(), missingNode()).path("items")) {
      var name = lease.at("/metadata/name").asText();
      long skew = skew(lease);
      skews.put(name, skew);
      ages.put(name, Math.max(0, age(lease, now) + skew));
      durations.put(name, lease.at("/spec/leaseDurationSeconds").asLong());
    }
    var secretList = answers.getOrDefault(secrets.what(), missingNode());
    var names = new ArrayList<String>();
    secretList.path("items").forEach(s -> names.add(s.at("/metadata/name").asText()));
    var operator = answers.getOrDefault(leader.what(), missingNode());
    return new AccessState(
        forbidden,
        missing,
        names,
        secretList.isObject(),
        ages,
        durations,
        operator.isObject() ? Math.max(0, age(operator, now)) : -1,
        now == 0 ? 0 : System.currentTimeMillis() / 1000 - now,
        skews,
        lacking);
  }

  /**
   * How far the renewal of a Lease lies ahead of the moment at which the API server noted it, which
   * is the writer's clock's doing; 0: not known.
   */
  private static long skew(JsonNode lease) {
    for (var entry : lease.at("/metadata/managedFields")) {
      if (!entry.at("/fieldsV1/f:spec/f:renewTime").isMissingNode()) {
        try {
          return OffsetDateTime.parse(lease.at("/spec/renewTime").asText()).toEpochSecond()
              - OffsetDateTime.parse(entry.path("time").asText()).toEpochSecond();
        } catch (DateTimeParseException e) {
          return 0;
        }
      }
    }
    return 0;
  }

  private static long age(JsonNode lease, long now) {
    try {
      var renewed = OffsetDateTime.parse(lease.at("/spec/renewTime").asText()).toEpochSecond();
      return now - renewed;
    } catch (DateTimeParseException e) {
      return Long.MAX_VALUE;
    }
  }
}
