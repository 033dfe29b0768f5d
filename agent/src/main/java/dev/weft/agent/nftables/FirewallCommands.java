package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Commands of one transaction each. */
final class FirewallCommands {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private FirewallCommands() {}

  /** Puts the whole table in the place of what is there, if anything is. */
  static List<JsonNode> replace(DesiredFirewall wanted) {
    var commands = new ArrayList<JsonNode>(remove());
    commands.add(command("add", table()));
    FirewallSets.of(wanted)
        .forEach(
            (name, prefixes) ->
                commands.add(
                    command("add", set(name, FirewallSets.family(name, wanted), prefixes))));
    for (var chain : FirewallChains.of(wanted)) {
      commands.add(command("add", chain.toJson()));
      for (var rule : chain.rules()) {
        commands.add(
            command("add", rule.in(FirewallChains.FAMILY, FirewallChains.TABLE, chain.name())));
      }
    }
    return commands;
  }

  /** Removes the table; adding it first makes that succeed where there is none. */
  static List<JsonNode> remove() {
    return List.of(command("add", table()), command("delete", table()));
  }

  /** Changes elements; what goes, goes first, for intervals may not overlap. */
  static List<JsonNode> updateSets(
      Map<String, List<Prefix>> add, Map<String, List<Prefix>> remove) {
    var commands = new ArrayList<JsonNode>();
    remove.forEach((name, prefixes) -> addElements(commands, "delete", name, prefixes));
    add.forEach((name, prefixes) -> addElements(commands, "add", name, prefixes));
    return commands;
  }

  private static void addElements(
      List<JsonNode> commands, String verb, String set, List<Prefix> prefixes) {
    if (!prefixes.isEmpty()) {
      commands.add(command(verb, elements(set, prefixes)));
    }
  }

  static JsonNode command(String verb, JsonNode object) {
    return JSON.objectNode().set(verb, object);
  }

  /** Lists all objects of a kind: tables, chains. */
  static JsonNode listAll(String kind) {
    var object = JSON.objectNode().putNull(kind);
    return command("list", object);
  }

  static JsonNode table() {
    var node = JSON.objectNode();
    node.putObject("table").put("family", FirewallChains.FAMILY).put("name", FirewallChains.TABLE);
    return node;
  }

  /** A set with its elements: libnftables takes a third longer if they are a command apart. */
  private static JsonNode set(String name, Family family, List<Prefix> prefixes) {
    var node = JSON.objectNode();
    var set = ours(node.putObject("set"), name);
    set.put("type", family == Family.IPV4 ? "ipv4_addr" : "ipv6_addr");
    set.putArray("flags").add("interval");
    if (!prefixes.isEmpty()) {
      addAll(set, prefixes);
    }
    return node;
  }

  private static JsonNode elements(String set, List<Prefix> prefixes) {
    var node = JSON.objectNode();
    addAll(ours(node.putObject("element"), set), prefixes);
    return node;
  }

  /** As ranges, for libnftables makes them of prefixes anyway, with more work. */
  private static void addAll(ObjectNode object, List<Prefix> prefixes) {
    var elements = object.putArray("elem");
    for (var prefix : prefixes) {
      var first = prefix.address();
      var last = AddressRange.lastOf(prefix);
      if (first.equals(last)) {
        elements.add(first.toString());
      } else {
        elements.addObject().putArray("range").add(first.toString()).add(last.toString());
      }
    }
  }

  private static ObjectNode ours(ObjectNode object, String name) {
    return object
        .put("family", FirewallChains.FAMILY)
        .put("table", FirewallChains.TABLE)
        .put("name", name);
  }
}
