package dev.weft.cli.peer;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.Yaml;

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
    var options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    var values = new ObjectMapper().convertValue(peer, new TypeReference<Map<String, Object>>() {});
    return new Yaml(options).dump(values);
  }
}
