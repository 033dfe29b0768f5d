package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.weft.e2e.lab.Lab;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What happens to packets between a node, the only one of its cloud, and other clouds. */
final class NetworkFaults {
  private final Lab lab;
  private final String node;
  private final String callable;
  private final ObjectFaults objects;

  /**
   * Faults.
   *
   * @param callable gateway of another cloud that has an endpoint
   */
  NetworkFaults(Lab lab, String node, String callable) {
    this.lab = lab;
    this.node = node;
    this.callable = callable;
    this.objects = new ObjectFaults(lab, node);
  }

  List<InjectedFault> all() {
    var address = lab.kubectl().get("wgn", callable).at("/spec/devices/0/endpoints/0").asText();
    var host = address.substring(0, address.lastIndexOf(':'));
    return List.of(
        filtered(),
        way("large packets vanish", "PathMTUBlackHole", 1300),
        objects.annotation(
            callable, "nobody listens at an endpoint", host + ":51999", "PortClosed Node/" + node),
        objects.annotation(node, "an endpoint is another node's", address, "SameEndpoint"),
        objects.peer(
            "a Peer's endpoint is a node's",
            "EndpointIsANodes",
            "allowedIPs: [10.7.0.0/24], endpoint: {host: %s, port: 51820}".formatted(host)),
        objects.peer(
            "an endpoint's name is unknown",
            Set.of("EndpointUnresolved Peer/bad", "NameUnresolved Node/" + node),
            "allowedIPs: [10.7.0.0/24], endpoint: {host: nowhere.weft.test, port: 51820}"));
  }

  InjectedFault filtered() {
    return way("UDP is filtered", "UDPFiltered", 0);
  }

  private InjectedFault way(String name, String kind, int bytes) {
    var cloud = lab.inventory().node(node).cloud();
    Set<String> expected = new TreeSet<>();
    for (var other : gatewaysElsewhere(cloud)) {
      expected.add(
          kind + " nodes " + Stream.of(node, other).sorted().collect(Collectors.joining(", ")));
    }
    return new InjectedFault(
        name,
        node,
        expected,
        () -> lab.faults().narrow(cloud, bytes),
        () -> lab.faults().widen(),
        false);
  }

  private List<String> gatewaysElsewhere(String cloud) {
    var names = new ArrayList<String>();
    for (var node : lab.kubectl().get("wgn").get("items")) {
      if (node.at("/spec/role").asText().equals("Gateway")
          && !node.at("/spec/location").asText().equals(cloud)) {
        names.add(node.at("/metadata/name").asText());
      }
    }
    assertFalse(names.isEmpty(), "nobody is at the other end");
    return names;
  }
}
