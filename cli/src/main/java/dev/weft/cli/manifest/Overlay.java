package dev.weft.cli.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A cluster as it would be once manifests were applied to it. */
public final class Overlay {
  private Overlay() {}

  /**
   * The objects of the cluster with the manifests' over them: an object that is there keeps its
   * status and age and gets the new spec; others are added.
   *
   * @param files paths; {@code -} is standard input
   * @throws dev.weft.cli.InputException if a file can't be read at all
   */
  public static List<ManifestObject> of(
      List<ManifestObject> cluster, List<String> files, InputStream standardInput) {
    Map<String, ManifestObject> merged = new LinkedHashMap<>();
    cluster.forEach(o -> merged.put(key(o), o));
    for (var object : ManifestReader.read(files, standardInput)) {
      merged.merge(key(object), object, Overlay::over);
    }
    return List.copyOf(merged.values());
  }

  private static ManifestObject over(ManifestObject old, ManifestObject given) {
    if (!(old.json().deepCopy() instanceof ObjectNode object)) {
      return given;
    }
    object.set("spec", given.json().path("spec"));
    if (object.path("metadata") instanceof ObjectNode metadata) {
      for (var field : List.of("labels", "annotations")) {
        if (given.json().path("metadata").has(field)) {
          metadata.set(field, given.json().path("metadata").path(field));
        }
      }
    }
    return new ManifestObject(given.source(), object);
  }

  private static String key(ManifestObject object) {
    return object.apiVersion().replaceFirst("/.*", "")
        + "/"
        + object.kind()
        + "/"
        + object.json().at("/metadata/namespace").asText()
        + "/"
        + object.name();
  }
}
