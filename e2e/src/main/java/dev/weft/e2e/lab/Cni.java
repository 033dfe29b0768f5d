package dev.weft.e2e.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.e2e.exec.CommandFailed;
import dev.weft.e2e.exec.Shell;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A container runtime's part of CNI, as containerd plays it: takes the first conflist of the node's
 * {@code /etc/cni/net.d} and calls its plugins in order, each with the result of the one before
 * (CNI specification 1.0, section 4).
 */
final class Cni {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LabDirectory directory;
  private final String node;

  Cni(LabDirectory directory, String node) {
    this.directory = directory;
    this.node = node;
  }

  /** The node's network configuration, once there is one. */
  Optional<JsonNode> conflist() {
    var folder = directory.root().resolve("machines").resolve(node).resolve("disk/etc/cni/net.d");
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (var files = Files.list(folder)) {
      var first = files.filter(f -> f.toString().endsWith(".conflist")).sorted().findFirst();
      return first.isEmpty() ? Optional.empty() : Optional.of(JSON.readTree(first.get().toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Attaches a pod's network namespace and returns the pod's first address. */
  String add(PodName pod) {
    var list =
        conflist().orElseThrow(() -> new IllegalStateException(node + " has no CNI conflist"));
    Optional<JsonNode> result = Optional.empty();
    for (var plugin : list.path("plugins")) {
      result = Optional.of(call("ADD", pod, list, plugin, result));
    }
    var address =
        result
            .map(r -> r.at("/ips/0/address").asText())
            .filter(a -> !a.isEmpty())
            .orElseThrow(() -> new IllegalStateException("CNI gave no address to " + pod));
    remember(pod, result.get());
    keepResult(pod, list, result.get());
    return address.substring(0, address.indexOf('/'));
  }

  /** Detaches a pod, so that its address can be given again; the namespace may be gone already. */
  void delete(PodName pod) {
    var list = conflist();
    if (list.isEmpty() || !Files.exists(memory(pod))) {
      return;
    }
    var plugins = new ArrayList<JsonNode>();
    list.get().path("plugins").forEach(plugins::add);
    for (var plugin : plugins.reversed()) {
      call("DEL", pod, list.get(), plugin, Optional.of(recall(pod)));
    }
    try {
      Files.delete(memory(pod));
      Files.deleteIfExists(kept(pod, list.get()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The address of a family that a pod was given. */
  Optional<String> address(PodName pod, Family family) {
    if (!Files.exists(memory(pod))) {
      return Optional.empty();
    }
    return recall(pod)
        .path("ips")
        .valueStream()
        .map(ip -> IpAddress.parse(ip.path("address").asText().replaceAll("/.*", "")))
        .filter(a -> a.family() == family)
        .map(IpAddress::toString)
        .findFirst();
  }

  private JsonNode call(
      String command, PodName pod, JsonNode list, JsonNode plugin, Optional<JsonNode> previous) {
    ObjectNode config = plugin.deepCopy();
    config.set("cniVersion", list.path("cniVersion"));
    config.set("name", list.path("name"));
    previous.ifPresent(p -> config.set("prevResult", p));
    var environment =
        List.of(
            "env",
            "CNI_COMMAND=" + command,
            "CNI_CONTAINERID=" + node + "-" + pod.pod(),
            "CNI_NETNS=/run/netns/cni-" + pod.pod(),
            "CNI_IFNAME=eth0",
            "CNI_PATH=/opt/cni/bin",
            "/opt/cni/bin/" + plugin.path("type").asText());
    try {
      var output =
          Shell.run(
              directory.machine(node), Shell.LIMIT, JSON.writeValueAsString(config), environment);
      if (!output.ok()) {
        throw new CommandFailed(output);
      }
      return output.out().isBlank() ? JSON.createObjectNode() : JSON.readTree(output.out());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("CNI plugin " + plugin.path("type").asText(), e);
    }
  }

  private Path memory(PodName pod) {
    return directory.root().resolve("machines").resolve(node).resolve("pod-" + pod.pod() + ".json");
  }

  /** Where libcni keeps the result on the node, which agents read. */
  private Path kept(PodName pod, JsonNode list) {
    var name = "%s-%s-%s-eth0".formatted(list.path("name").asText(), node, pod.pod());
    return directory
        .root()
        .resolve("machines")
        .resolve(node)
        .resolve("disk/var/lib/cni/results")
        .resolve(name);
  }

  private void keepResult(PodName pod, JsonNode list, JsonNode result) {
    var cached = JSON.createObjectNode();
    cached.put("kind", "cniCacheV1");
    cached.put("containerId", node + "-" + pod.pod());
    cached.put("ifName", "eth0");
    cached.set("networkName", list.path("name"));
    cached.set("result", result);
    try {
      Files.createDirectories(kept(pod, list).getParent());
      JSON.writeValue(kept(pod, list).toFile(), cached);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode recall(PodName pod) {
    try {
      return JSON.readTree(memory(pod).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void remember(PodName pod, JsonNode result) {
    try {
      JSON.writeValue(memory(pod).toFile(), result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
