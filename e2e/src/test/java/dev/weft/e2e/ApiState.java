package dev.weft.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.e2e.lab.Kubectl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All that an API server holds, of every kind that can be listed, without what counts writes or
 * changes by itself.
 *
 * @param objects by kind, namespace and name
 */
record ApiState(Map<String, JsonNode> objects) {

  /** Reads it. */
  static ApiState read(Kubectl kubectl) {
    var kinds =
        kubectl
            .run("api-resources", "--verbs=list", "-o", "name", "--cached=false")
            .orThrow()
            .lines()
            // Events tell of the past; Leases of the API server and its clients come and go.
            .filter(k -> !k.startsWith("events") && !k.equals("leases.coordination.k8s.io"))
            .collect(Collectors.joining(","));
    var objects = new TreeMap<String, JsonNode>();
    for (var item : kubectl.get(kinds, "--all-namespaces").path("items")) {
      ObjectNode object = item.deepCopy();
      var metadata = (ObjectNode) object.path("metadata");
      metadata.remove(List.of("resourceVersion", "managedFields", "generation", "uid"));
      objects.put(
          "%s %s/%s"
              .formatted(
                  object.path("kind").asText(),
                  metadata.path("namespace").asText("-"),
                  metadata.path("name").asText()),
          object);
    }
    return new ApiState(objects);
  }

  /** What is different later, one line an object: + is new, - is gone, ~ is another. */
  List<String> differencesTo(ApiState later) {
    var differences = new ArrayList<String>();
    objects.forEach(
        (name, object) -> {
          var other = later.objects.get(name);
          if (other == null) {
            differences.add("- " + name);
          } else if (!other.equals(object)) {
            differences.add("~ " + name + ": " + object + " is now " + other);
          }
        });
    later.objects.keySet().stream()
        .filter(name -> !objects.containsKey(name))
        .forEach(name -> differences.add("+ " + name));
    return differences;
  }
}
