package dev.weft.cli.output;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.Yaml;

/** A manifest as YAML in block style, with the fields in their order. Pure. */
public final class YamlText {
  private YamlText() {}

  /** One document without its {@code ---}. */
  public static String of(JsonNode object) {
    var options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    var values =
        new ObjectMapper().convertValue(object, new TypeReference<Map<String, Object>>() {});
    return new Yaml(options).dump(values);
  }
}
