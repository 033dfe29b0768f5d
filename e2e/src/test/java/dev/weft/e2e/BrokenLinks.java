package dev.weft.e2e;

import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.PodName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What breaks the path between a pod of a node and one elsewhere. */
final class BrokenLinks {
  private static final String KEY = "ZXhwbGFpbmV4cGxhaW5leHBsYWluZXhwbGFpbmV4cGw=";

  private final Lab lab;
  private final String node;
  private final String callable;

  /**
   * Links.
   *
   * @param callable gateway of another cloud, on which paths begin
   */
  BrokenLinks(Lab lab, String node, String callable) {
    this.lab = lab;
    this.node = node;
    this.callable = callable;
  }

  List<BrokenLink> all() {
    var host = new HostFaults(lab, node);
    var objects = new ObjectFaults(lab, node);
    return List.of(
        link(host.forwardingOff(), "FIREWALL", node, "sysctl -w net.ipv4.ip_forward=1"),
        link(host.linkTooNarrow(), "MTU", node, "mtu 1500"),
        link(new NetworkFaults(lab, node, callable).filtered(), "HANDSHAKE", callable, "open UDP"),
        link(host.portBlocked(), "HANDSHAKE", callable, "diagnose --node " + callable),
        link(policy(), "POLICY", "default/" + node + "-a", "networkpolicy deny"),
        to("default/stray", objects.strayPod(), "ALLOCATION", "default/stray", "/etc/cni/net.d"),
        to("172.31.0.1", nothing(), "TOPOLOGY", "172.31.0.1", "location-cidrs"),
        to("peer/bad", objects.overlappingPeer(), "TOPOLOGY", "bad", "kubectl edit wgp bad"),
        to("peer/unseen", neverSeen(), "HANDSHAKE", "unseen", "public key"));
  }

  /** The agent of the node is away, as the caller has seen to. */
  BrokenLink agentAway() {
    return link(nothing(), "AGENT", node, "logs");
  }

  private BrokenLink link(InjectedFault fault, String stage, String where, String fix) {
    return to(pod(node), fault, stage, where, fix);
  }

  private BrokenLink to(String end, InjectedFault fault, String stage, String where, String fix) {
    return new BrokenLink(fault, pod(callable), end, stage, where, fix);
  }

  private String pod(String of) {
    return lab.endpoint(new PodName(of, "a")).address();
  }

  private InjectedFault nothing() {
    return new InjectedFault("nothing is done", node, Set.of(), () -> {}, () -> {}, false);
  }

  private InjectedFault neverSeen() {
    return InjectedFault.ofObjects(
        lab,
        node,
        "a Peer never came",
        Set.of(),
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: unseen}
        spec: {publicKey: %s, allowedIPs: [10.8.0.2/32]}
        """
            .formatted(KEY));
  }

  /** The API server is told of the node's pod, as a kubelet would. */
  private InjectedFault policy() {
    var deny =
        InjectedFault.ofObjects(
            lab,
            node,
            "a policy lets nobody in",
            Set.of(),
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: deny, namespace: default}
            spec: {podSelector: {matchLabels: {app: asked}}, policyTypes: [Ingress]}
            """);
    return new InjectedFault(
        deny.name(),
        node,
        Set.of(),
        () -> {
          lab.announce(new PodName(node, "a"), "default", Map.of("app", "asked"));
          deny.inject().run();
        },
        () -> {
          deny.mend().run();
          lab.kubectl().run("delete", "pod", node + "-a", "--force").orThrow();
        },
        false);
  }
}
