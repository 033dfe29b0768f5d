package dev.weft.e2e;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import java.util.List;

/** What looks like a fault and is none, all at once. */
final class LookAlikes implements AutoCloseable {
  private static final String KEY = "YWxpa2VhbGlrZWFsaWtlYWxpa2VhbGlrZWFsaWtlYWw=";

  private final Lab lab;
  private final String node;

  LookAlikes(Lab lab, String node) {
    this.lab = lab;
    this.node = node;
    Shell.script(
            lab.machine(node),
            """
            # marks that don't meet ours, at rules and in filters
            ip rule add priority 5210 fwmark 0x80000/0xff0000 lookup main
            ip rule add priority 5211 fwmark 0x4000/0x4000 lookup main
            nft add table inet alike
            nft 'add chain inet alike marks { type filter hook prerouting priority -150; }'
            nft add rule inet alike marks tcp dport 9 meta mark set 0x4000
            # kube-proxy's drop of what tracking doesn't know, and drops of what the mesh doesn't use
            nft 'add chain inet alike forward { type filter hook forward priority 5; }'
            nft add rule inet alike forward ct state invalid drop
            nft add rule inet alike forward ip daddr 172.17.0.0/16 drop
            nft add rule inet alike forward iifname docker0 drop
            nft 'add chain inet alike input { type filter hook input priority 5; }'
            nft add rule inet alike input udp dport 53 drop
            # others' links: strict, and with networks of their own; kube-proxy in mode ipvs
            ip link add docker0 type bridge
            ip addr add 172.17.0.1/16 dev docker0
            sysctl -qw net.ipv4.conf.docker0.rp_filter=1
            ip link add kube-ipvs0 type bridge
            # a conflist that comes after, and files that no runtime reads
            echo '{}' > /etc/cni/net.d/20-other.conflist
            touch /etc/cni/net.d/05-other.conflist.off
            # a FORWARD policy that the agent has let the mesh through
            iptables -P FORWARD DROP
            """)
        .orThrow();
    lab.kubectl()
        .input(
            """
            apiVersion: weft.dev/v1alpha1
            kind: Peer
            metadata: {name: never-seen}
            spec: {publicKey: %s, allowedIPs: [10.8.0.1/32]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Peer
            metadata: {name: switched-off}
            spec: {disabled: true}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: pending, namespace: default}
            spec: {nodeName: %s, containers: [{name: c, image: none}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: on-the-host, namespace: default}
            spec: {nodeName: %s, hostNetwork: true, containers: [{name: c, image: none}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: done, namespace: default}
            spec: {nodeName: %s, containers: [{name: c, image: none}]}
            """
                .formatted(KEY, node, node, node),
            "apply",
            "-f",
            "-")
        .orThrow();
    // Another CNI's, from before: its address is nobody's any more.
    kubectl(
        "patch",
        "pod",
        "done",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"phase\":\"Succeeded\",\"podIP\":\"172.17.0.9\",\"podIPs\":[{\"ip\":\"172.17.0.9\"}]}}");
    kubectl("cordon", node);
  }

  /** The node that they are on. */
  String node() {
    return node;
  }

  @Override
  public void close() {
    kubectl("uncordon", node);
    kubectl("delete", "wgp", "never-seen", "switched-off");
    for (var pod : List.of("pending", "on-the-host", "done")) {
      kubectl("delete", "pod", pod, "--force", "--grace-period=0");
    }
    Shell.script(
            lab.machine(node),
            """
            ip rule del priority 5210
            ip rule del priority 5211
            nft delete table inet alike
            ip link del docker0
            ip link del kube-ipvs0
            rm /etc/cni/net.d/20-other.conflist /etc/cni/net.d/05-other.conflist.off
            iptables -P FORWARD ACCEPT
            """)
        .orThrow();
  }

  private void kubectl(String... args) {
    lab.kubectl().run(args).orThrow();
  }
}
