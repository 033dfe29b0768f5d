package dev.weft.cli.explain;

import dev.weft.cli.InputException;
import dev.weft.cli.host.HostTools;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.diagnose.DataplaneFacts;
import dev.weft.mesh.diagnose.HostFacts;
import dev.weft.mesh.diagnose.HostQuestions;
import dev.weft.mesh.net.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at this machine with its own tools; changes nothing. */
final class HostInspection {
  private static final Path SYSCTL = Path.of("/proc/sys");
  private static final Pattern UDP_OWNER =
      Pattern.compile(".*:([0-9]+)\\s.*users:\\(\\(\"([^\"]+)\".*");
  private static final int PROBE_MILLIS = 700;

  private HostInspection() {}

  static HostFacts of(String node, ClusterState state) {
    if (state.node(node).isEmpty()) {
      throw new InputException("--node: there is no Node '%s' in this cluster".formatted(node));
    }
    var links = names(Path.of("/sys/class/net"));
    var questions = HostQuestions.of(state, node);
    var endpoints = questions.map(HostQuestions::endpoints).orElse(List.of());
    var echoes =
        Together.all(
            questions.map(HostQuestions::echoes).orElse(List.of()), DataplaneInspection::echo);
    var probes =
        Together.all(
            endpoints.stream().filter(e -> e.address().isPresent()).toList(),
            e -> new HostFacts.Probe(e.toString(), isClosed(e)));
    var peers = DataplaneInspection.peers(questions.map(HostQuestions::devices).orElse(List.of()));
    return new HostFacts(
        node,
        read(Path.of("/proc/sys/kernel/osrelease")),
        sysctls(links),
        HostTools.output("modinfo", "wireguard").isPresent()
            || Files.exists(Path.of("/sys/module/wireguard")),
        HostTools.has("wireguard-go"),
        links,
        rules(),
        DataplaneInspection.firewall(),
        names(Path.of("/opt/cni/bin")),
        names(Path.of("/etc/cni/net.d")).stream()
            .filter(n -> n.endsWith(".conflist") || n.endsWith(".conf"))
            .toList(),
        udpOwners(),
        endpoints.stream()
            .filter(e -> e.address().isEmpty() && !resolves(e.host()))
            .map(Endpoint::host)
            .distinct()
            .toList(),
        probes,
        new DataplaneFacts(
            DataplaneInspection.routes(questions.map(HostQuestions::tables).orElse(List.of())),
            peers,
            echoes));
  }

  private static boolean resolves(String name) {
    try {
      return InetAddress.getAllByName(name).length > 0;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * One byte, which is no WireGuard message and is dropped unread; a closed port answers with an
   * ICMP error, an open or a filtered one with nothing. A handshake with a key in use would move
   * that peer's endpoint.
   */
  private static boolean isClosed(Endpoint endpoint) {
    try (var socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()));
      socket.setSoTimeout(PROBE_MILLIS);
      socket.send(new DatagramPacket(new byte[1], 1));
      socket.receive(new DatagramPacket(new byte[1], 1));
      return false;
    } catch (PortUnreachableException e) {
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return false; // no route at all: the tunnels' handshakes say so
    }
  }

  private static Map<String, String> sysctls(List<String> links) {
    var values = new HashMap<String, String>();
    put(values, "net/ipv4/ip_forward");
    put(values, "net/ipv6/conf/all/forwarding");
    put(values, "net/ipv6/conf/all/disable_ipv6");
    var all = new ArrayList<>(links);
    all.add("all");
    for (var link : all) {
      put(values, "net/ipv4/conf/" + link + "/rp_filter");
      put(values, "net/ipv4/conf/" + link + "/src_valid_mark");
    }
    return values;
  }

  private static void put(Map<String, String> values, String path) {
    var value = read(SYSCTL.resolve(path));
    if (!value.isEmpty()) {
      values.put(path.replace('/', '.'), value);
    }
  }

  private static List<String> rules() {
    return Stream.of(HostTools.output("ip", "rule"), HostTools.output("ip", "-6", "rule"))
        .flatMap(o -> o.stream().flatMap(String::lines))
        .toList();
  }

  private static Map<Integer, String> udpOwners() {
    var owners = new HashMap<Integer, String>();
    HostTools.output("ss", "-Hlunp")
        .ifPresent(
            text ->
                text.lines()
                    .map(UDP_OWNER::matcher)
                    .filter(java.util.regex.Matcher::matches)
                    .forEach(m -> owners.put(Integer.valueOf(m.group(1)), m.group(2))));
    return owners;
  }

  private static List<String> names(Path folder) {
    try (var files = Files.list(folder)) {
      return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
