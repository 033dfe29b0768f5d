package dev.weft.bench;

import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.MeshViewReader;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.view.NodeSecrets;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A mesh of many nodes, each a location of its own, seen by its first. */
final class Fleet {
  static final String FIRST = "node-0";

  private Fleet() {}

  static MeshView view(int nodes, KeyPair own) {
    var specs = new TreeMap<String, WireGuardNodeSpec>();
    for (int i = 0; i < nodes; i++) {
      specs.put("node-" + i, node(i, i == 0 ? own.publicKey().text() : key(i)));
    }
    var reading = MeshViewReader.read("fleet", WireGuardMeshSpec.DEFAULT, specs, Map.of());
    if (!reading.problems().isEmpty()) {
      throw new IllegalStateException(reading.problems().getFirst().toString());
    }
    return reading.view();
  }

  private static WireGuardNodeSpec node(int i, String key) {
    var host = (i >> 8) + "." + (i & 255);
    return new WireGuardNodeSpec(
        "fleet",
        "location-" + i,
        NodeRole.GATEWAY,
        true,
        null,
        null,
        false,
        List.of("10.4." + host),
        List.of("10." + (64 + (i >> 8)) + "." + (i & 255) + ".0/24"),
        List.of("10.9." + host),
        List.of("10.9." + host),
        List.of(),
        "25s",
        List.of(new NodeDevice(0, 0, key, 51820, List.of("127.1." + host + ":51820"), List.of())),
        List.of());
  }

  /** A public key without a private one. */
  static String key(int number) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var bytes = digest.digest(("peer " + number).getBytes(StandardCharsets.US_ASCII));
      bytes[31] &= 0x7f;
      return Base64.getEncoder().encodeToString(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static NodeFacts facts() {
    var eth0 = new InterfaceAddress(IpAddress.parse("10.9.0.0"), 32);
    return new NodeFacts(
        FIRST, List.of(new LinkFacts("lo", 65536, List.of(eth0))), Map.of(), List.of());
  }

  static NodeSecrets secrets(KeyPair own) {
    return new NodeSecrets(Map.of(DeviceId.DEFAULT, own), Map.of());
  }
}
