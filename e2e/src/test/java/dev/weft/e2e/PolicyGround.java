package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.e2e.cluster.RealCluster;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A pod that a NetworkPolicy protects, and clients by every way that packets take to it: from its
 * own node, from its location, by a tunnel, and from a Peer.
 */
final class PolicyGround {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final String NODE = "west-2";

  /** Clients by the way their packets take; two on each, of which the policy allows one. */
  private static final Map<String, String> WAYS =
      Map.of("same-node", NODE, "same-location", "west-1", "tunnel", "east-2");

  private final RealCluster cluster;
  private final Place peer;
  private final String peerAddress;

  private PolicyGround(RealCluster cluster, Place peer, String peerAddress) {
    this.cluster = cluster;
    this.peer = peer;
    this.peerAddress = peerAddress;
  }

  /** Starts server and clients, and waits until everything reaches the server. */
  static PolicyGround prepare(RealCluster cluster) {
    var manifests = new StringBuilder(pod("server", NODE));
    WAYS.forEach(
        (way, node) ->
            manifests.append(pod(way + "-allowed", node)).append(pod(way + "-denied", node)));
    cluster.kubectl().run("create", "namespace", "policy").orThrow();
    cluster.kubectl().apply(manifests.toString());
    cluster
        .kubectl()
        .run(
            Duration.ofMinutes(2),
            "wait",
            "-n",
            "policy",
            "--for=condition=Ready",
            "pod",
            "--all",
            "--timeout=110s")
        .orThrow();
    var peer = connect(cluster);
    var address = cluster.kubectl().get("wgp", "visitor").at("/status/addresses/0").asText();
    return new PolicyGround(cluster, peer, address);
  }

  private static String pod(String name, String node) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: policy, labels: {client: "%s", app: %1$s}}
        spec:
          nodeName: %s
          terminationGracePeriodSeconds: 0
          containers:
          - name: net
            image: registry.k8s.io/e2e-test-images/agnhost:2.63.0
            args: [netexec, --http-port=8080, --udp-port=8081]
            readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
        ---
        """
        .formatted(name, name.substring(name.lastIndexOf('-') + 1), node);
  }

  /** A laptop in the cloud east, with what {@code weft peer add} wrote. */
  private static Place connect(RealCluster cluster) {
    var file = cluster.directory().root().resolve("visitor.conf").toString();
    cluster.weft("peer", "add", "visitor", "--location", "west", "-o", "wg", "-w", file).orThrow();
    KubeletBed.await(
        "the Peer has its address",
        LIMIT,
        () ->
            !cluster.kubectl().get("wgp", "visitor").at("/status/addresses/0").asText().isEmpty());
    var address = cluster.kubectl().get("wgp", "visitor").at("/status/addresses/0").asText();
    var machine = cluster.addClient("visitor", "east", 105);
    Shell.script(
            machine,
            """
            WG_PROCESS_FOREGROUND=1 setsid wireguard-go -f visitor0 >/run/wireguard-go.log 2>&1 &
            for i in $(seq 100); do [ -S /run/wireguard/visitor0.sock ] && break; sleep 0.1; done
            wg setconf visitor0 %s
            ip addr add %s/32 dev visitor0
            ip link set visitor0 mtu 1420 up
            ip route add 10.244.0.0/16 dev visitor0
            """
                .formatted(file, address.replaceAll("/.*", "")))
        .orThrow();
    return machine;
  }

  /** Which clients the server answers, by their names. */
  private Map<String, Boolean> answered() {
    var server =
        cluster.kubectl().get("pod", "-n", "policy", "server").at("/status/podIP").asText();
    var url = "http://" + server + ":8080/hostname";
    var answered = new TreeMap<String, Boolean>();
    for (var way : WAYS.keySet()) {
      for (var client : List.of(way + "-allowed", way + "-denied")) {
        var output =
            cluster
                .kubectl()
                .run("exec", "-n", "policy", client, "--", "curl", "-sf", "-m", "2", url);
        answered.put(client, output.ok());
      }
    }
    answered.put("peer", Shell.run(peer, "curl", "-sf", "-m", "2", url).ok());
    return answered;
  }

  private static Map<String, Boolean> expected(boolean denied, boolean peer) {
    var expected = new TreeMap<String, Boolean>();
    for (var way : WAYS.keySet()) {
      expected.put(way + "-allowed", true);
      expected.put(way + "-denied", denied);
    }
    expected.put("peer", peer);
    return expected;
  }

  private void assertAnswered(String when, Map<String, Boolean> expected) {
    assertEquals(
        expected, Wait.look(LIMIT, Duration.ofMillis(500), this::answered, expected::equals), when);
  }

  /** Without a policy everything is answered; with one only what it allows; with none again all. */
  void assertPolicyHoldsOnEveryWay() {
    assertAnswered("without a policy", expected(true, true));
    allow("");
    assertAnswered("the policy allows pods by label", expected(false, false));
    allow(", {ipBlock: {cidr: %s/32}}".formatted(peerAddress.replaceAll("/.*", "")));
    assertAnswered("the policy allows the Peer's address, too", expected(false, true));
    cluster.kubectl().run("delete", "networkpolicy", "-n", "policy", "protected").orThrow();
    assertAnswered("the policy is gone", expected(true, true));
  }

  private void allow(String more) {
    cluster
        .kubectl()
        .apply(
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: protected, namespace: policy}
            spec:
              podSelector: {matchLabels: {app: server}}
              policyTypes: [Ingress]
              ingress: [{from: [{podSelector: {matchLabels: {client: allowed}}}%s]}]
            """
                .formatted(more));
  }

  /** What of the kernel leads packets between two pods of one node through the packet filter. */
  List<String> hooks() {
    var lines = new ArrayList<String>();
    for (var node : cluster.nodes()) {
      lines.add(
          node
              + ": "
              + Shell.script(
                      cluster.machine(node),
                      """
                      sysctl net.bridge.bridge-nf-call-iptables | tr '\\n' ' '
                      cat /sys/class/net/weftbr0/bridge/nf_call_iptables 2>/dev/null |
                        sed 's/^/weftbr0 nf_call_iptables = /' || true
                      """)
                  .out()
                  .strip());
    }
    return lines;
  }
}
