package dev.weft.agent.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.agent.view.PublishedMesh;
import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.trial.LearntEndpoints;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A checkpoint as JSON, and back. Pure. */
final class CheckpointText {
  /** Raised when an older agent could misread what a newer one wrote. */
  static final int VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * The document; keys of the Secrets are in it, hence mode 0600. An agent of before there were
   * several addresses of a name reads {@code resolvedNames}, which has the first.
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  private record Document(
      @Nullable Integer version,
      @Nullable String nodeName,
      @Nullable String mesh,
      @Nullable WireGuardMeshSpec effective,
      @Nullable Map<String, WireGuardNodeSpec> nodes,
      @Nullable Map<String, EffectivePeer> peers,
      @Nullable Map<String, String> presharedKeys,
      @Nullable List<String> podCIDRs,
      @Nullable Map<String, String> resolvedNames,
      @Nullable Map<String, List<String>> resolvedAddresses,
      @Nullable List<String> apiServers,
      @Nullable Boolean directApiServer,
      @Nullable Map<String, Map<String, String>> learntEndpoints) {}

  private CheckpointText() {}

  static byte[] write(Checkpoint checkpoint) {
    var keys = new TreeMap<String, String>();
    checkpoint.presharedKeys().forEach((name, key) -> keys.put(name, key.reveal()));
    var names = new TreeMap<String, String>();
    var addresses = new TreeMap<String, List<String>>();
    checkpoint
        .resolvedNames()
        .forEach(
            (name, found) -> {
              names.put(name, found.getFirst().toString());
              addresses.put(name, found.stream().map(IpAddress::toString).toList());
            });
    var published = checkpoint.published();
    var document =
        new Document(
            VERSION,
            checkpoint.nodeName(),
            published.map(PublishedMesh::mesh).orElse(null),
            published.map(PublishedMesh::effective).orElse(null),
            published.<Map<String, WireGuardNodeSpec>>map(PublishedMesh::nodes).orElse(null),
            published.<Map<String, EffectivePeer>>map(PublishedMesh::peers).orElse(null),
            keys,
            checkpoint.podCIDRs(),
            names,
            addresses,
            checkpoint.apiServers().stream().map(Endpoint::toString).toList(),
            checkpoint.directApiServer() ? true : null,
            learnt(checkpoint.learnt()));
    try {
      return JSON.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of text and numbers can be written", e);
    }
  }

  /**
   * Reads it.
   *
   * @throws CheckpointException if it is corrupt or of another version or node; the text holds no
   *     content
   */
  static Checkpoint read(byte[] bytes, String nodeName) throws CheckpointException {
    Document document;
    try {
      document = JSON.readValue(bytes, Document.class);
    } catch (java.io.IOException e) {
      var at = e instanceof JsonProcessingException p ? p.getLocation() : null;
      throw new CheckpointException(
          "is not the JSON of a checkpoint"
              + (at == null ? "" : " (at byte " + at.getByteOffset() + ")"));
    }
    var version = document == null ? null : document.version();
    if (document == null || version == null || version != VERSION) {
      throw new CheckpointException("has version " + version + "; this agent reads " + VERSION);
    }
    if (!nodeName.equals(document.nodeName())) {
      throw new CheckpointException(
          "is that of node " + document.nodeName() + ", not of " + nodeName);
    }
    try {
      return checkpoint(document, nodeName);
    } catch (RuntimeException e) {
      throw new CheckpointException("holds a value of the wrong form");
    }
  }

  private static Checkpoint checkpoint(Document document, String nodeName) {
    var keys = new TreeMap<String, PresharedKey>();
    orEmpty(document.presharedKeys()).forEach((n, k) -> keys.put(n, PresharedKey.parse(k)));
    var names = new TreeMap<String, List<IpAddress>>();
    orEmpty(document.resolvedNames()).forEach((n, a) -> names.put(n, List.of(IpAddress.parse(a))));
    orEmpty(document.resolvedAddresses())
        .forEach((n, found) -> names.put(n, found.stream().map(IpAddress::parse).toList()));
    names.values().removeIf(List::isEmpty);
    var podCIDRs = document.podCIDRs();
    var apiServers = document.apiServers();
    return new Checkpoint(
        nodeName,
        published(document),
        keys,
        podCIDRs == null ? List.of() : podCIDRs,
        names,
        apiServers == null ? List.of() : apiServers.stream().map(Endpoint::parse).toList(),
        Boolean.TRUE.equals(document.directApiServer()),
        learnt(orEmpty(document.learntEndpoints())));
  }

  /** By device and key, in order, so that equal ones are written alike. */
  private static Map<String, Map<String, String>> learnt(LearntEndpoints learnt) {
    var byDevice = new TreeMap<String, Map<String, String>>();
    learnt
        .endpoints()
        .forEach(
            (id, endpoint) ->
                byDevice
                    .computeIfAbsent(id.device(), d -> new TreeMap<>())
                    .put(id.publicKey().text(), endpoint.toString()));
    return byDevice;
  }

  private static LearntEndpoints learnt(Map<String, Map<String, String>> byDevice) {
    var endpoints = new HashMap<PeerId, Endpoint>();
    byDevice.forEach(
        (device, ofKeys) ->
            ofKeys.forEach(
                (key, endpoint) ->
                    endpoints.put(new PeerId(device, new PublicKey(key)), numeric(endpoint))));
    return new LearntEndpoints(endpoints);
  }

  private static Endpoint numeric(String text) {
    var endpoint = Endpoint.parse(text);
    if (endpoint.address().isEmpty()) {
      throw new IllegalArgumentException("a learnt endpoint has an address");
    }
    return endpoint;
  }

  private static Optional<PublishedMesh> published(Document document) {
    var mesh = document.mesh();
    var effective = document.effective();
    return mesh == null || effective == null
        ? Optional.empty()
        : Optional.of(
            new PublishedMesh(
                mesh,
                effective,
                new TreeMap<>(orEmpty(document.nodes())),
                new TreeMap<>(orEmpty(document.peers()))));
  }

  private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
    return map == null ? Map.of() : map;
  }
}
