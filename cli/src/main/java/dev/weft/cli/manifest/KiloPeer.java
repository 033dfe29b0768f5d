package dev.weft.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Kilo's Peer (kilo.squat.ai/v1alpha1) told as Weft's. */
public final class KiloPeer {
  /** Name of the Secret that stands for a preshared key that Kilo keeps in the object. */
  static final String INLINE_SECRET = "kilo-preshared-key-";

  private KiloPeer() {}

  /** The object with the spec of a Weft Peer; what is malformed is kept for the planner to name. */
  public static JsonNode toWeft(JsonNode kilo) {
    var from = kilo.path("spec");
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    copy(from, "publicKey", spec, "publicKey");
    copy(from, "allowedIPs", spec, "allowedIPs");
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

  private static void copy(JsonNode from, String name, ObjectNode to, String as) {
    if (from.hasNonNull(name)) {
      to.set(as, from.get(name));
    }
  }
}
