package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.net.Prefix;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Statements and matches of libnftables-json(5). */
final class Expressions {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final long ALL_BITS = 0xffff_ffffL;

  private Expressions() {}

  /** Jumps to the chain that an outer source address names; none: on to the next rule. */
  static JsonNode jumpBySource(Family family, Map<IpAddress, String> chains) {
    var elements = JSON.arrayNode();
    chains.forEach(
        (address, chain) -> elements.addArray().add(address.toString()).add(jump(chain)));
    var node = JSON.objectNode();
    var map = node.putObject("vmap");
    map.set("key", payload(family == Family.IPV4 ? "ip" : "ip6", "saddr"));
    map.putObject("data").set("set", elements);
    return node;
  }

  /** Bits of the packet, counted from its transport header, equal a number. */
  static JsonNode transportBits(int offset, int length, int number) {
    return match("==", transport(offset, length), JSON.numberNode(number));
  }

  /** An address at a number of bits from the transport header, in or not in the prefixes. */
  static JsonNode addressAt(int offset, Family family, String operator, List<Prefix> prefixes) {
    var right = JSON.objectNode();
    var elements = right.putArray("set");
    for (var prefix : prefixes) {
      var first = number(prefix.address());
      if (prefix.isHost()) {
        elements.add(first);
      } else {
        elements.addObject().putArray("range").add(first).add(number(AddressRange.lastOf(prefix)));
      }
    }
    return match(operator, transport(offset, family.bits()), right);
  }

  /** An address at a number of bits from the transport header is in the prefix. */
  static JsonNode addressAt(int offset, Prefix prefix) {
    int rest = prefix.family().bits() - prefix.length();
    var number = new BigInteger(1, prefix.address().toBytes()).shiftRight(rest);
    return match("==", transport(offset, prefix.length()), JSON.textNode(number.toString()));
  }

  private static JsonNode transport(int offset, int length) {
    var node = JSON.objectNode();
    node.putObject("payload").put("base", "th").put("offset", offset).put("len", length);
    return node;
  }

  /** As libnftables takes what has no type: more than 64 bits as text. */
  private static JsonNode number(IpAddress address) {
    return address.family() == Family.IPV4
        ? JSON.numberNode(address.low())
        : JSON.textNode(new BigInteger(1, address.toBytes()).toString());
  }

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

  /** The packet's destination. */
  static JsonNode to(IpAddress address) {
    var protocol = address.family() == Family.IPV4 ? "ip" : "ip6";
    return match("==", payload(protocol, "daddr"), JSON.textNode(address.toString()));
  }

  static JsonNode tcpPort(int port) {
    return match("==", payload("tcp", "dport"), JSON.numberNode(port));
  }

  /** The packet's source is not in a prefix. */
  static JsonNode sourceNotIn(Prefix prefix) {
    var right = JSON.objectNode();
    right.putObject("prefix").put("addr", prefix.address().toString()).put("len", prefix.length());
    var protocol = prefix.family() == Family.IPV4 ? "ip" : "ip6";
    return match(
        "!=",
        payload(protocol, "saddr"),
        prefix.isHost() ? JSON.textNode(prefix.address().toString()) : right);
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

  /** The packet belongs to no connection yet: it begins one. */
  static JsonNode newConnection() {
    return match("in", connection("state"), JSON.textNode("new"));
  }

  /** The packet goes back to who began its connection. */
  static JsonNode answer() {
    return match("==", connection("direction"), JSON.textNode("reply"));
  }

  /** The packet is addressed to this host. */
  static JsonNode addressedHere() {
    var fib = JSON.objectNode();
    fib.putObject("fib").put("result", "type").putArray("flags").add("daddr");
    return match("==", fib, JSON.textNode("local"));
  }

  /** The frame comes from one of these link addresses. */
  static JsonNode fromNeighbours(List<MacAddress> neighbours) {
    var right = JSON.arrayNode();
    neighbours.forEach(n -> right.add(n.toString()));
    return match("==", payload("ether", "saddr"), anyOf(right));
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
