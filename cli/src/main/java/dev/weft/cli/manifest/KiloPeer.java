package dev.weft.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.List;

/** Kilo's Peer (kilo.squat.ai/v1alpha1) written as Weft's. */
public final class KiloPeer {
  /** Name of the Secret that stands for a preshared key that Kilo keeps in the object. */
  static final String INLINE_SECRET = "kilo-preshared-key-";

  private KiloPeer() {}

  /** The object with the spec of a Weft Peer; what is malformed is kept for the planner to name. */
  public static JsonNode toWeft(JsonNode kilo) {
    var from = kilo.path("spec");
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    copy(from, "publicKey", spec, "publicKey");
    if (from.path("allowedIPs").isArray()) {
      var allowed = spec.putArray("allowedIPs");
      from.path("allowedIPs").forEach(p -> allowed.add(masked(p)));
    }
    if (from.hasNonNull("persistentKeepalive")) {
      var seconds = from.path("persistentKeepalive").asText();
      if (!seconds.equals("0")) {
        spec.put("persistentKeepalive", seconds + "s");
      }
    }
    if (!from.path("presharedKey").asText("").isEmpty()) {
      spec.putObject("presharedKeySecretRef")
          .put("name", INLINE_SECRET + kilo.path("metadata").path("name").asText());
    }
    var endpoint = from.path("endpoint");
    if (endpoint.isObject()) {
      var address = endpoint.path("dnsOrIP").isObject() ? endpoint.path("dnsOrIP") : endpoint;
      var host =
          address.path("ip").asText("").isEmpty()
              ? address.path("dns").asText("")
              : address.path("ip").asText();
      var to = spec.putObject("endpoint").put("host", host);
      copy(endpoint, "port", to, "port");
    }
    ObjectNode weft = kilo.deepCopy();
    weft.set("spec", spec);
    weft.remove("status");
    return weft;
  }

  /** The prefix with its host bits cleared, as Kilo reads it; anything else as it stands. */
  private static JsonNode masked(JsonNode prefix) {
    try {
      return JsonNodeFactory.instance.textNode(Prefix.parseMasked(prefix.asText()).toString());
    } catch (IllegalArgumentException e) {
      return prefix;
    }
  }

  /** The prefixes that Kilo reads otherwise than they stand there. */
  public static List<String> withHostBits(JsonNode kilo) {
    var found = new ArrayList<String>();
    kilo.at("/spec/allowedIPs")
        .forEach(
            p -> {
              if (p.asText().indexOf('/') >= 0 && !masked(p).asText().equals(p.asText())) {
                found.add(p.asText());
              }
            });
    return found;
  }

  private static void copy(JsonNode from, String name, ObjectNode to, String as) {
    if (from.hasNonNull(name)) {
      to.set(as, from.get(name));
    }
  }
}
