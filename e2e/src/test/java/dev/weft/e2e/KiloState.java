package dev.weft.e2e;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.NodeSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Kilo cluster as kg 0.7 leaves it, granularity location, encapsulation never: tunnels between
 * the leaders, routes, chains, bridge, and the objects. kg itself doesn't run in the lab: its
 * module can't be had there.
 */
final class KiloState {
  private static final List<String> LEADERS = List.of("aws-1", "gcp-1", "home-1");

  private final Lab lab;

  KiloState(Lab lab) {
    this.lab = lab;
  }

  /** Sets it up, and attaches the pods by Kilo's bridge. */
  void make() {
    Map<String, String> publicKeys = new HashMap<>();
    for (var leader : LEADERS) {
      publicKeys.put(
          leader,
          on(
              leader,
              """
              umask 077; mkdir -p /run/kilo; wg genkey > /run/kilo/key
              ip link add kilo0 type wireguard 2>/dev/null || setsid wireguard-go kilo0 >/dev/null 2>&1
              for i in $(seq 50); do wg show kilo0 >/dev/null 2>&1 && break; sleep 0.1; done
              wg set kilo0 listen-port 51820 private-key /run/kilo/key
              ip addr add %s/16 dev kilo0
              ip link set kilo0 up
              wg pubkey < /run/kilo/key
              """
                  .formatted(wireGuardIp(leader))));
    }
    for (var node : lab.inventory().nodes()) {
      on(node.name(), routes(node, publicKeys));
      on(node.name(), chains(node) + bridge(node));
    }
    objects(publicKeys);
    lab.attachPods();
  }

  private String routes(NodeSpec node, Map<String, String> publicKeys) {
    var script = new StringBuilder();
    boolean leads = LEADERS.contains(node.name());
    for (var other : lab.inventory().nodes()) {
      if (other.equals(node)) {
        continue;
      }
      var leader = leader(other.cloud());
      boolean local = other.cloud().equals(node.cloud());
      var via =
          local
              ? "via %s dev eth0".formatted(internal(other))
              : leads
                  ? "via %s dev kilo0".formatted(wireGuardIp(leader))
                  : "via %s dev eth0".formatted(internal(node(leader(node.cloud()))));
      script.append("ip route add %s %s proto static onlink\n".formatted(pods(other), via));
      if (!local) {
        script.append("ip route add %s %s proto static onlink\n".formatted(internal(other), via));
      }
    }
    if (leads) {
      for (var leader : LEADERS) {
        if (!leader.equals(node.name())) {
          script.append(peer(leader, publicKeys.getOrDefault(leader, ""), node));
        }
      }
    }
    return script.toString();
  }

  private String peer(String leader, String key, NodeSpec self) {
    var allowed = new StringBuilder(wireGuardIp(leader) + "/32");
    lab.inventory().nodes().stream()
        .filter(n -> n.cloud().equals(node(leader).cloud()))
        .forEach(n -> allowed.append(",%s,%s/32".formatted(pods(n), internal(n))));
    var external = node(leader).externalAddresses(lab.inventory().topology());
    return "wg set kilo0 peer %s allowed-ips %s%s%s\n"
        .formatted(
            key,
            allowed,
            external.isEmpty() ? "" : " endpoint " + external.getFirst() + ":51820",
            self.cloud().equals("home") ? " persistent-keepalive 5" : "");
  }

  private String chains(NodeSpec node) {
    return """
        iptables -w -t nat -N KILO-NAT
        iptables -w -t nat -A POSTROUTING -s %1$s -m comment --comment "Kilo: jump to KILO-NAT chain" -j KILO-NAT
        for range in 10.42.0.0/16 10.4.0.0/16 10.1.0.0/24 10.2.0.0/24 192.168.77.0/24; do
          iptables -w -t nat -A KILO-NAT -d $range -m comment --comment "Kilo: do not NAT packets destined for known IPs" -j RETURN
        done
        iptables -w -t nat -A KILO-NAT -m comment --comment "Kilo: NAT remaining packets" -j MASQUERADE
        """
        .formatted(pods(node));
  }

  private String bridge(NodeSpec node) {
    return """
        cp /usr/lib/cni/* /opt/cni/bin/
        cat > /etc/cni/net.d/10-kilo.conflist <<'JSON'
        {"cniVersion":"0.4.0","name":"kilo","plugins":[{"name":"kubernetes","type":"bridge","bridge":"kube-bridge",
         "isDefaultGateway":true,"forceAddress":true,"mtu":1420,"ipam":{"type":"host-local","ranges":[[{"subnet":"%s"}]]}},
         {"type":"portmap","snat":true,"capabilities":{"portMappings":true}}]}
        JSON
        """
        .formatted(pods(node));
  }

  private void objects(Map<String, String> publicKeys) {
    lab.kubectl()
        .apply(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: peers.kilo.squat.ai}
            spec:
              group: kilo.squat.ai
              scope: Cluster
              names: {kind: Peer, plural: peers, singular: peer}
              versions:
              - name: v1alpha1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: kilo, namespace: kube-system}
            spec:
              selector: {matchLabels: {app.kubernetes.io/name: kilo}}
              template:
                metadata: {labels: {app.kubernetes.io/name: kilo}}
                spec:
                  containers:
                  - name: kilo
                    image: squat/kilo:0.7.0
                    args: ["--hostname=$(NODE_NAME)", "--encapsulate=never", "--service-cidr=10.96.0.0/16"]
            """);
    lab.kubectl().run("wait", "--for=condition=Established", "crd", "--all").orThrow();
    lab.kubectl()
        .apply(
            """
            apiVersion: kilo.squat.ai/v1alpha1
            kind: Peer
            metadata: {name: phone}
            spec:
              allowedIPs: [10.9.0.1/32]
              publicKey: 5OLlDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=
              presharedKey: hQpk6YLwdUSWoVAQQCLxPQbVbUgDGHUBHEPkn0sJ5kE=
            """);
    for (var node : lab.inventory().nodes()) {
      var external = node.externalAddresses(lab.inventory().topology());
      lab.kubectl()
          .run(
              "annotate",
              "node",
              node.name(),
              LEADERS.contains(node.name())
                  ? "kilo.squat.ai/wireguard-ip=" + wireGuardIp(node.name()) + "/16"
                  : "kilo.squat.ai/wireguard-ip=",
              "kilo.squat.ai/key=" + key(node.name(), publicKeys),
              "kilo.squat.ai/internal-ip=" + internal(node) + "/24",
              external.isEmpty()
                  ? "kilo.squat.ai/persistent-keepalive=5"
                  : "kilo.squat.ai/endpoint=" + external.getFirst() + ":51820")
          .orThrow();
    }
  }

  private String on(String node, String script) {
    return Shell.script(machine(node), script).orThrow().strip();
  }

  private Place machine(String node) {
    return lab.machine(node);
  }

  private NodeSpec node(String name) {
    return lab.inventory().node(name);
  }

  /** Those who lead nobody have a key as well. */
  private String key(String node, Map<String, String> publicKeys) {
    return publicKeys.getOrDefault(node, on(node, "wg genkey | wg pubkey"));
  }

  private static String leader(String cloud) {
    return cloud + "-1";
  }

  private static String wireGuardIp(String leader) {
    return "10.4.0." + (LEADERS.indexOf(leader) + 1);
  }

  private String internal(NodeSpec node) {
    return node.internalAddresses(lab.inventory().topology()).getFirst();
  }

  private String pods(NodeSpec node) {
    return node.podCIDRs(lab.inventory().topology()).getFirst().toString();
  }
}
