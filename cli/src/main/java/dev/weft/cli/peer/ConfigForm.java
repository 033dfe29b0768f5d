package dev.weft.cli.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weft.mesh.client.ClientConfig;
import dev.weft.mesh.client.ClientSecrets;
import dev.weft.mesh.client.WireGuardText;
import dev.weft.mesh.key.PresharedKey;
import java.nio.charset.StandardCharsets;

/** Forms of a client's configuration. The names are those of the option. */
enum ConfigForm {
  wg_quick,
  wg,
  nm,
  json,
  qr,
  png;

  @Override
  public String toString() {
    return name().replace('_', '-');
  }

  /** The configuration in this form. */
  byte[] render(ClientConfig config, ClientSecrets secrets, boolean colour) {
    return switch (this) {
      case wg_quick -> bytes(WireGuardText.wgQuick(config, secrets));
      case wg -> bytes(WireGuardText.wg(config, secrets));
      case nm -> bytes(WireGuardText.networkManagerKeyfile(config, secrets));
      case json -> bytes(json(config, secrets) + "\n");
      case qr -> bytes(QrCode.of(WireGuardText.wgQuick(config, secrets)).halfBlocks(colour));
      case png -> QrCode.of(WireGuardText.wgQuick(config, secrets)).png();
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String json(ClientConfig config, ClientSecrets secrets) {
    var root = JsonNodeFactory.instance.objectNode();
    root.put("name", config.name());
    root.put("privateKey", secrets.privateKey().reveal());
    var addresses = root.putArray("addresses");
    config.addresses().forEach(a -> addresses.add(a.toString()));
    var dns = root.putArray("dns");
    config.dns().forEach(d -> dns.add(d.toString()));
    root.put("listenPort", config.listenPort());
    root.put("mtu", config.mtu());
    var peers = root.putArray("peers");
    for (var peer : config.peers()) {
      var node = peers.addObject();
      node.put("gateway", peer.gateway());
      node.put("location", peer.location());
      node.put("publicKey", peer.publicKey().text());
      node.put(
          "presharedKey",
          secrets.presharedKey().equals(PresharedKey.NONE)
              ? null
              : secrets.presharedKey().reveal());
      node.put(
          "endpoint", peer.endpoint().isEmpty() ? null : peer.endpoint().getFirst().toString());
      var allowed = node.putArray("allowedIPs");
      peer.allowedIPs().forEach(p -> allowed.add(p.toString()));
      node.put("persistentKeepalive", peer.persistentKeepaliveSeconds());
    }
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }
}
