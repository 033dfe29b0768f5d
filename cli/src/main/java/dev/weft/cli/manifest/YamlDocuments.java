package dev.weft.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.cli.InputException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The documents of a YAML text as JSON, as kubectl reads them: anchors are put in, and so are merge
 * keys, which give way to a key that is written out. A key that stands twice in one mapping is
 * refused, for the reader of the text may mean either.
 */
final class YamlDocuments {
  /** Anchors may make a text this many times longer; more is an attack. */
  private static final int GROWTH = 100;

  private static final int DEPTH = 400;
  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]*)");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+\\.[0-9]*|\\.[0-9]+|(0|[1-9][0-9]*))([eE][-+]?[0-9]{1,3})?");
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private long budget;

  private YamlDocuments(int length) {
    budget = (long) GROWTH * (length + 100);
  }

  /**
   * Reads.
   *
   * @throws InputException with place and reason
   */
  static List<JsonNode> read(String file, String text) {
    var options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE); // a dump of some 400 pods passes the 3 MiB
    options.setMaxAliasesForCollections(Integer.MAX_VALUE); // the budget bounds what they grow to
    options.setNestingDepthLimit(DEPTH);
    var reader = new YamlDocuments(text.length());
    var documents = new ArrayList<JsonNode>();
    try {
      for (var node : new Yaml(options).composeAll(new java.io.StringReader(text))) {
        documents.add(reader.json(node));
      }
    } catch (MarkedYAMLException e) {
      var mark = e.getProblemMark();
      var where =
          mark == null
              ? ""
              : " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
      throw new InputException(
          file + ": neither YAML nor JSON" + where + ": " + String.valueOf(e.getProblem()));
    } catch (YAMLException e) {
      throw new InputException(
          file
              + ": neither YAML nor JSON: "
              + ManifestReader.firstLine(String.valueOf(e.getMessage())));
    } catch (IllegalArgumentException e) {
      throw new InputException(file + ": " + e.getMessage());
    }
    return documents;
  }

  private JsonNode json(Node node) {
    if (--budget < 0) {
      throw refused(node, "anchors make the text more than " + GROWTH + " times longer");
    }
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode list -> {
        enter(node);
        var array = JsonNodeFactory.instance.arrayNode();
        list.getValue().forEach(item -> array.add(json(item)));
        open.remove(node);
        yield array;
      }
      case MappingNode mapping -> mapping(mapping);
      default -> throw refused(node, "is no YAML that Kubernetes takes");
    };
  }

  private ObjectNode mapping(MappingNode mapping) {
    enter(mapping);
    var object = JsonNodeFactory.instance.objectNode();
    var merged = new ArrayList<ObjectNode>();
    for (var entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw refused(entry.getKeyNode(), "a key is no text");
      }
      if (key.getValue().equals("<<") && key.getScalarStyle() == ScalarStyle.PLAIN) {
        merge(entry.getValueNode(), merged);
      } else if (object.has(key.getValue())) {
        throw refused(key, "'" + key.getValue() + "' stands a second time; keep one");
      } else {
        object.set(key.getValue(), json(entry.getValueNode()));
      }
    }
    for (var other : merged) {
      other
          .properties()
          .forEach(
              e -> {
                if (!object.has(e.getKey())) {
                  object.set(e.getKey(), e.getValue());
                }
              });
    }
    open.remove(mapping);
    return object;
  }

  private void merge(Node value, List<ObjectNode> into) {
    switch (value) {
      case MappingNode one -> into.add(mapping(one));
      case SequenceNode several -> {
        enter(several);
        several.getValue().forEach(one -> merge(one, into));
        open.remove(several);
      }
      default -> throw refused(value, "what << merges is no mapping");
    }
  }

  private void enter(Node node) {
    if (!open.add(node)) {
      throw refused(node, "an anchor holds itself");
    }
  }

  private static JsonNode scalar(ScalarNode scalar) {
    var text = scalar.getValue();
    var factory = JsonNodeFactory.instance;
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN || scalar.getTag().equals(Tag.STR)) {
      return factory.textNode(text);
    }
    if (NULLS.contains(text)) {
      return NullNode.getInstance();
    }
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return factory.booleanNode(text.equalsIgnoreCase("true"));
    }
    if (INTEGER.matcher(text).matches() && text.length() <= 40) {
      return factory.numberNode(new BigInteger(text));
    }
    return DECIMAL.matcher(text).matches() && text.length() <= 40
        ? factory.numberNode(new BigDecimal(text))
        : factory.textNode(text);
  }

  private static IllegalArgumentException refused(Node node, String why) {
    var mark = node.getStartMark();
    return new IllegalArgumentException(
        "line %d, column %d: %s".formatted(mark.getLine() + 1, mark.getColumn() + 1, why));
  }
}
