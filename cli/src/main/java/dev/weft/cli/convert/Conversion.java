package dev.weft.cli.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.cli.manifest.UnknownFields;
import java.util.ArrayList;
import java.util.List;

/**
 * What the objects of some manifests become.
 *
 * @param objects meshes, Peers and all objects that aren't Weft's, in their order; Nodes are read,
 *     and what operator and agents write is left out
 * @param notes for a person
 * @param undecided whether one of the notes asks for something
 */
record Conversion(List<JsonNode> objects, List<String> notes, boolean undecided) {
  static final String VERSION = "weft.dev/v1alpha1";

  /** What the API server adds to an object, which no manifest needs. */
  private static final List<String> SERVER_FIELDS =
      List.of(
          "managedFields",
          "resourceVersion",
          "uid",
          "creationTimestamp",
          "generation",
          "selfLink",
          "deletionTimestamp",
          "deletionGracePeriodSeconds");

  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
  private static final ObjectMapper JSON = new ObjectMapper();

  Conversion {
    objects = List.copyOf(objects);
    notes = List.copyOf(notes);
  }

  /** Converts. The objects that are given stay as they are. */
  static Conversion of(List<JsonNode> given) {
    var notes = new Notes();
    var nodes = of(given, "v1", "Node");
    var meshes = of(given, VERSION, "WireGuardMesh");
    var peers = of(given, VERSION, "Peer");
    var objects = new ArrayList<JsonNode>();
    for (var object : given) {
      var kind = object.path("kind").asText();
      if (!object.path("apiVersion").asText().startsWith("weft.dev/")) {
        if (!isA(object, "v1", "Node")) {
          objects.add(object);
        }
      } else if (!object.path("apiVersion").asText().equals(VERSION)) {
        notes.decide(name(object), "only " + VERSION + " is known; it is printed as it was");
        objects.add(object);
      } else if (kind.equals("WireGuardNode") || kind.equals("NodeReport")) {
        notes.info(name(object), "is written by Weft itself and is left out");
      } else if (object.path("spec") instanceof ObjectNode) {
        var copy = withoutServerFields(object);
        if (kind.equals("WireGuardMesh")) {
          unknown(copy, WireGuardMeshSpec.class, notes);
          new MeshConversion(copy, notes).convert(ofMesh(peers, copy, meshes.size()), nodes);
        } else if (kind.equals("Peer")) {
          unknown(copy, PeerSpec.class, notes);
          PeerConversion.check(copy, !meshes.isEmpty(), notes);
        }
        objects.add(copy);
      } else {
        notes.decide(name(object), "has no spec; it is printed as it was");
        objects.add(object);
      }
    }
    return new Conversion(objects, notes.lines(), notes.isUndecided());
  }

  static String name(JsonNode object) {
    return object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
  }

  private static boolean isA(JsonNode object, String version, String kind) {
    return object.path("apiVersion").asText().equals(version)
        && object.path("kind").asText().equals(kind);
  }

  private static List<JsonNode> of(List<JsonNode> objects, String version, String kind) {
    return objects.stream().filter(o -> isA(o, version, kind)).toList();
  }

  private static List<JsonNode> ofMesh(List<JsonNode> peers, JsonNode mesh, int meshes) {
    var name = mesh.at("/metadata/name").asText();
    return peers.stream()
        .filter(p -> p.at("/spec/mesh").asText(meshes == 1 ? name : "").equals(name))
        .toList();
  }

  private static ObjectNode withoutServerFields(JsonNode object) {
    ObjectNode copy = object.deepCopy();
    copy.remove("status");
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove(SERVER_FIELDS);
      if (metadata.path("annotations") instanceof ObjectNode annotations) {
        annotations.remove(LAST_APPLIED);
        if (annotations.isEmpty()) {
          metadata.remove("annotations");
        }
      }
    }
    return copy;
  }

  /** The API server refuses or drops them, by how they are applied. */
  private static void unknown(ObjectNode object, Class<? extends Record> type, Notes notes) {
    for (var path : UnknownFields.of(JSON, object.path("spec"), type).reversed()) {
      var pointer = "/spec" + path.replace('.', '/').replace('[', '/').replace("]", "");
      int end = pointer.lastIndexOf('/');
      if (object.at(pointer.substring(0, end)) instanceof ObjectNode parent) {
        parent.remove(pointer.substring(end + 1));
        notes.info(name(object), "spec" + path + " is no field of the API and is left out");
      }
    }
  }
}
