package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.net.Family;
import java.util.List;

/** Statements and matches of libnftables-json(5). */
final class Expressions {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final long ALL_BITS = 0xffff_ffffL;

  private Expressions() {}

  static JsonNode statement(String name) {
    return JSON.objectNode().putNull(name);
  }

  static JsonNode jump(String chain) {
    var node = JSON.objectNode();
    node.putObject("jump").put("target", chain);
    return node;
  }

  /** Link names by {@code ==} or {@code !=}; {@code key} is iifname or oifname. */
  static JsonNode links(String key, String operator, List<String> links) {
    var right = JSON.arrayNode();
    links.forEach(right::add);
    return match(operator, meta(key), anyOf(right));
  }

  static JsonNode udpPorts(List<Integer> ports) {
    var right = JSON.arrayNode();
    ports.forEach(right::add);
    return match("==", payload("udp", "dport"), anyOf(right));
  }

  /** IPv4 packets of a protocol. */
  static JsonNode ipProtocol(int number) {
    return match("==", payload("ip", "protocol"), JSON.numberNode(number));
  }

  /** The packet's {@code saddr} or {@code daddr} in or not in a named set. */
  static JsonNode inSet(Family family, String field, String operator, String set) {
    var protocol = family == Family.IPV4 ? "ip" : "ip6";
    return match(operator, payload(protocol, field), JSON.textNode("@" + set));
  }

  static JsonNode synWithoutReset() {
    var flags = JSON.arrayNode().add("syn").add("rst");
    var masked = JSON.objectNode();
    masked.putArray("&").add(payload("tcp", "flags")).add(flags);
    return match("==", masked, JSON.textNode("syn"));
  }

  static JsonNode clampSegmentSize() {
    var key = JSON.objectNode();
    key.putObject("tcp option").put("name", "maxseg").put("field", "size");
    var value = JSON.objectNode();
    value.putObject("rt").put("key", "mtu");
    return mangle(key, value);
  }

  /** Sets the packet mark's bits within the mask. */
  static JsonNode setMark(long mark, long mask) {
    return setBits(meta("mark"), mark, mask);
  }

  /** The same of the connection's mark. */
  static JsonNode setConnectionMark(long mark, long mask) {
    return setBits(connection("mark"), mark, mask);
  }

  /** The connection's mark has these bits within the mask. */
  static JsonNode connectionMark(long mark, long mask) {
    var masked = JSON.objectNode();
    masked.putArray("&").add(connection("mark")).add(mask);
    return match("==", masked, JSON.numberNode(mark & mask));
  }

  /** The packet belongs to no connection that conntrack knows, nor begins one. */
  static JsonNode invalidConnection() {
    return match("in", connection("state"), JSON.textNode("invalid"));
  }

  private static JsonNode setBits(JsonNode key, long mark, long mask) {
    JsonNode kept = key;
    if ((mark & mask) != mask) {
      var and = JSON.objectNode();
      and.putArray("&").add(kept).add(~mask & ALL_BITS);
      kept = and;
    }
    if ((mark & mask) == 0) {
      return mangle(key, kept);
    }
    var value = JSON.objectNode();
    value.putArray("|").add(kept).add(mark & mask);
    return mangle(key, value);
  }

  private static JsonNode anyOf(com.fasterxml.jackson.databind.node.ArrayNode values) {
    return values.size() == 1 ? values.get(0) : JSON.objectNode().set("set", values);
  }

  private static ObjectNode meta(String key) {
    var node = JSON.objectNode();
    node.putObject("meta").put("key", key);
    return node;
  }

  private static ObjectNode connection(String key) {
    var node = JSON.objectNode();
    node.putObject("ct").put("key", key);
    return node;
  }

  private static ObjectNode payload(String protocol, String field) {
    var node = JSON.objectNode();
    node.putObject("payload").put("protocol", protocol).put("field", field);
    return node;
  }

  private static JsonNode match(String operator, JsonNode left, JsonNode right) {
    var node = JSON.objectNode();
    node.putObject("match").put("op", operator).<ObjectNode>set("left", left).set("right", right);
    return node;
  }

  private static JsonNode mangle(JsonNode key, JsonNode value) {
    var node = JSON.objectNode();
    node.putObject("mangle").<ObjectNode>set("key", key).set("value", value);
    return node;
  }
}
