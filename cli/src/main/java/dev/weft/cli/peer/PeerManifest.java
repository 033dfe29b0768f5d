package dev.weft.cli.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.cli.output.YamlText;
import java.util.Map;

/** A Peer that a command makes. Pure. */
final class PeerManifest {
  private PeerManifest() {}

  static ObjectNode of(String name, Map<String, String> annotations, ObjectNode spec) {
    var peer = JsonNodeFactory.instance.objectNode();
    peer.put("apiVersion", "weft.dev/v1alpha1").put("kind", "Peer");
    var metadata = peer.putObject("metadata").put("name", name);
    if (!annotations.isEmpty()) {
      annotations.forEach(metadata.putObject("annotations")::put);
    }
    peer.set("spec", spec);
    return peer;
  }

  /** The same as YAML, with the fields in their order. */
  static String yaml(JsonNode peer) {
    return YamlText.of(peer);
  }
}
