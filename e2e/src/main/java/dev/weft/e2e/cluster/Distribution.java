package dev.weft.e2e.cluster;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a distribution of Kubernetes lays a node out, and which of Weft's presets is for it. */
public enum Distribution {
  /** As kubeadm installs it. */
  @JsonProperty("kubeadm")
  KUBEADM("kubeadm", "/etc/cni/net.d", "/opt/cni/bin", false),

  /**
   * As k3s does: its own folders for CNI, and a balancer on each node's loopback through which
   * everything on the node calls the API server.
   */
  @JsonProperty("k3s")
  K3S("k3s", "/var/lib/rancher/k3s/agent/etc/cni/net.d", "/var/lib/rancher/k3s/data/cni", true);

  /** Where k3s's balancer listens. */
  static final int LOOPBACK_PORT = 6444;

  private final String preset;
  private final String cniConf;
  private final String cniBin;
  private final boolean loopback;

  Distribution(String preset, String cniConf, String cniBin, boolean loopback) {
    this.preset = preset;
    this.cniConf = cniConf;
    this.cniBin = cniBin;
    this.loopback = loopback;
  }

  /** The file of {@code helm/weft/presets}. */
  String preset() {
    return preset + ".yaml";
  }

  /** The folder of the container runtime's CNI configurations. */
  public String cniConf() {
    return cniConf;
  }

  /** The folder of the container runtime's CNI plugins. */
  public String cniBin() {
    return cniBin;
  }

  /** Whether programs on a node call the API server by a balancer on its loopback. */
  boolean loopback() {
    return loopback;
  }
}
