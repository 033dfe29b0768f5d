package dev.weft.e2e.cluster;

/** What kubeadm installs beside the control plane. */
final class Addons {
  private Addons() {}

  /**
   * kube-proxy in the cluster's mode; it calls the API server by the address that all nodes reach.
   */
  static String kubeProxy(ClusterInventory inventory) {
    var spec = inventory.spec();
    return Resources.text("kube-proxy.yaml")
        .replace(
            "API_ENDPOINT",
            spec.distribution().loopback()
                ? "127.0.0.1:" + Distribution.LOOPBACK_PORT
                : spec.apiPublic() + ":6443")
        .replace("POD_CIDR", spec.topology().podCIDR().getFirst().toString())
        .replace("PROXY_MODE", spec.proxy())
        .replace("KUBERNETES_VERSION", version(inventory));
  }

  /** What kubeadm publishes for nodes that join: where the API server is reached. */
  static String clusterInfo(ClusterInventory inventory) {
    return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: cluster-info, namespace: kube-public}
        data:
          kubeconfig: |
            apiVersion: v1
            kind: Config
            clusters: [{name: "", cluster: {server: "https://%s:6443"}}]
        """
        .formatted(inventory.spec().apiPublic());
  }

  /** CoreDNS, two of it. */
  static String coreDns(ClusterInventory inventory) {
    var service = inventory.spec().topology().serviceCIDR().getFirst();
    return Resources.text("coredns.yaml").replace("DNS_ADDRESS", service.host(10));
  }

  /** The programs' version, such as {@code v1.36.3}: part of their folder's name. */
  static String version(ClusterInventory inventory) {
    return String.valueOf(inventory.programs().getFileName()).split("-", -1)[1];
  }
}
