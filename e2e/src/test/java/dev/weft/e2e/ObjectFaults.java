package dev.weft.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.e2e.lab.Lab;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Objects that contradict others, and are left out or won't work. */
final class ObjectFaults {
  private static final String KEY = "d2VmdHdlZnR3ZWZ0d2VmdHdlZnR3ZWZ0d2VmdHdlZnQ=";

  private final Lab lab;
  private final String node;

  ObjectFaults(Lab lab, String node) {
    this.lab = lab;
    this.node = node;
  }

  List<InjectedFault> all() {
    return List.of(
        overlappingPeer(),
        peer(
            "a Peer's endpoint is in its own prefix",
            "EndpointInOwnAllowedIPs",
            "allowedIPs: [10.114.0.0/24], endpoint: {host: 10.114.0.7, port: 51820}"),
        peer(
            "a Peer's preshared key is nowhere",
            "PresharedKeySecretMissing",
            "allowedIPs: [10.7.0.0/24], presharedKeySecretRef: {name: nowhere}"),
        strayPod(),
        annotation(node, "an annotation is no endpoint", "nowhere:99999", "InvalidEndpoint"),
        annotation(node, "an endpoint is private", "10.200.0.1:51820", "PrivateEndpoint"));
  }

  InjectedFault overlappingPeer() {
    var podCIDR = lab.kubectl().get("node", node).at("/spec/podCIDR").asText();
    return peer(
        "a Peer has a pod CIDR", "OverlapsPodCIDR", "allowedIPs: [\"%s\"]".formatted(podCIDR));
  }

  InjectedFault strayPod() {
    var manifest =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: stray, namespace: default}
        spec: {nodeName: %s, containers: [{name: c, image: none}]}
        """
            .formatted(node);
    return new InjectedFault(
        "another CNI attached a pod",
        node,
        Set.of("PodOutsidePodCIDR Pod/default/stray"),
        () -> {
          lab.kubectl().input(manifest, "apply", "-f", "-").orThrow();
          kubectl(
              "patch",
              "pod",
              "stray",
              "--subresource=status",
              "--type=merge",
              "-p",
              "{\"status\":{\"phase\":\"Running\",\"podIP\":\"172.17.0.2\",\"podIPs\":[{\"ip\":\"172.17.0.2\"}]}}");
        },
        () -> kubectl("delete", "pod", "stray", "--force", "--grace-period=0"),
        false);
  }

  /** Rights of Weft's own accounts that somebody took away. */
  InjectedFault rightsTakenAway() {
    var saved = lab.kubectl().get("clusterrolebinding", "weft-agent");
    return new InjectedFault(
        "the agents' rights are taken away",
        node,
        Set.of("RightMissing ServiceAccount/weft-agents/weft-agent"),
        () -> kubectl("delete", "clusterrolebinding", "weft-agent"),
        () -> {
          ((ObjectNode) saved.get("metadata"))
              .remove(List.of("uid", "resourceVersion", "creationTimestamp", "managedFields"));
          lab.kubectl()
              .input(saved.toString(), "apply", "--server-side", "--force-conflicts", "-f", "-")
              .orThrow();
        },
        false);
  }

  /** The mesh's MTU doesn't fit into anybody's link. */
  InjectedFault meshTooWide() {
    Set<String> expected = new TreeSet<>();
    lab.inventory().nodes().forEach(n -> expected.add("MTUTooLarge Node/" + n.name()));
    return new InjectedFault(
        "the mesh's MTU is that of its links",
        node,
        expected,
        () -> SharedLab.patch(lab, "{\"device\":{\"mtu\":1500}}"),
        () -> SharedLab.patch(lab, "{\"device\":{\"mtu\":null}}"),
        false);
  }

  InjectedFault peer(String name, String kind, String rest) {
    return peer(name, Set.of(kind + " Peer/bad"), rest);
  }

  InjectedFault peer(String name, Set<String> expected, String rest) {
    var manifest =
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: bad}
        spec: {publicKey: %s, %s}
        """
            .formatted(KEY, rest);
    return InjectedFault.ofObjects(lab, node, name, expected, manifest);
  }

  /**
   * A node is said to be called there.
   *
   * @param named kind of a fault of that node, or kind and object
   */
  InjectedFault annotation(String about, String name, String endpoint, String named) {
    return new InjectedFault(
        name,
        node,
        Set.of(named.contains(" ") ? named : named + " Node/" + about),
        () -> kubectl("annotate", "--overwrite", "node", about, "weft.dev/endpoint=" + endpoint),
        () -> kubectl("annotate", "node", about, "weft.dev/endpoint-"),
        false);
  }

  private void kubectl(String... args) {
    lab.kubectl().run(args).orThrow();
  }
}
