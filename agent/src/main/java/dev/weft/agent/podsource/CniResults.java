package dev.weft.agent.podsource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.agent.cni.Conflist;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The results of CNI ADD that the container runtime keeps: containerd and CRI-O use libcni, which
 * writes {@code NETWORK-CONTAINER-IFNAME} of kind {@code cniCacheV1} below {@code
 * /var/lib/cni/results} when ADD has succeeded, before the pod's first container starts.
 */
final class CniResults {
  static final int MOST_PORTS = 4_096;
  static final long MOST_BYTES = 64 << 10;
  private static final Pattern LINK = Pattern.compile("[A-Za-z0-9_.-]{1,15}");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  CniResults(Path folder) {
    this.folder = folder;
  }

  /**
   * The ports that have a result, in the order of their names. A file that can't be read as one is
   * left out.
   *
   * @param attached names of the links that are ports of the bridge now; results of others are old
   */
  List<PodPort> ports(Set<String> attached) throws IOException {
    if (attached.isEmpty() || !Files.isDirectory(folder)) {
      return List.of();
    }
    var ports = new TreeMap<String, PodPort>();
    try (var files = Files.list(folder)) {
      files
          .filter(f -> f.getFileName().toString().startsWith(Conflist.NETWORK + "-"))
          .flatMap(f -> read(f).stream())
          .filter(p -> attached.contains(p.link()))
          // After the filter: results of pods that are long gone crowd no living pod's out.
          .limit(MOST_PORTS)
          .forEach(p -> ports.put(p.link(), p));
    }
    return List.copyOf(ports.values());
  }

  private static Optional<PodPort> read(Path file) {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_BYTES) {
        return Optional.empty();
      }
      var cached = JSON.readTree(Files.readAllBytes(file));
      return cached.path("networkName").asText().equals(Conflist.NETWORK)
          ? port(cached.path("result"))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // it is being written or removed; another event follows
    }
  }

  private static Optional<PodPort> port(JsonNode result) {
    var interfaces = result.path("interfaces");
    var onHost =
        interfaces
            .valueStream()
            .filter(i -> i.path("sandbox").asText().isEmpty())
            .map(i -> i.path("name").asText())
            .filter(n -> !n.equals(Conflist.BRIDGE) && LINK.matcher(n).matches())
            .toList();
    var inPod =
        IntStream.range(0, interfaces.size())
            .filter(i -> !interfaces.path(i).path("sandbox").asText().isEmpty())
            .boxed()
            .toList();
    if (onHost.size() != 1 || inPod.size() != 1) {
      return Optional.empty();
    }
    var addresses = new ArrayList<IpAddress>();
    for (var ip : result.path("ips")) {
      if (ip.path("interface").asInt(inPod.getFirst()) == inPod.getFirst()) {
        addresses.add(IpAddress.parse(ip.path("address").asText().replaceFirst("/.*", "")));
      }
    }
    var mac = interfaces.path(inPod.getFirst()).path("mac").asText();
    return addresses.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodPort(
                onHost.getFirst(),
                Stream.of(mac).filter(m -> !m.isEmpty()).map(MacAddress::parse).findFirst(),
                addresses));
  }
}
