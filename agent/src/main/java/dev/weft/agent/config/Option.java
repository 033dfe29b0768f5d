package dev.weft.agent.config;

import dev.weft.log.LogFormat;
import dev.weft.log.LogLevel;

/** What can be set, by flag or environment; the flag wins. */
enum Option {
  NODE_NAME("--node-name", "WEFT_NODE_NAME", "", "name of this node's Node object (required)"),
  STATE_DIR(
      "--state-dir", "WEFT_STATE_DIR", "/var/lib/weft", "private key and checkpoint; made 0700"),
  RUN_DIR("--run-dir", "WEFT_RUN_DIR", "/run/weft", "requests to the wireguard-go runner"),
  HOST_RUN_DIR(
      "--host-run-dir",
      "WEFT_HOST_RUN_DIR",
      "",
      "that directory as the host has it, for the conflist; empty: the same"),
  WIREGUARD_SOCKET_DIR(
      "--wireguard-socket-dir",
      "WEFT_WIREGUARD_SOCKET_DIR",
      "/run/wireguard",
      "where wireguard-go makes its sockets"),
  CNI_CONF_DIR(
      "--cni-conf-dir", "WEFT_CNI_CONF_DIR", "/etc/cni/net.d", "where the conflist is written"),
  CNI_BIN_DIR("--cni-bin-dir", "WEFT_CNI_BIN_DIR", "/opt/cni/bin", "where CNI plugins go"),
  CNI_ADDRESS_DIR(
      "--cni-address-dir",
      "WEFT_CNI_ADDRESS_DIR",
      "/var/lib/cni/networks",
      "where host-local keeps the addresses that are given out"),
  CNI_RESULT_DIR(
      "--cni-result-dir",
      "WEFT_CNI_RESULT_DIR",
      "/var/lib/cni/results",
      "where the container runtime keeps the results of CNI ADD"),
  CNI_PLUGINS_FROM(
      "--cni-plugins-from",
      "WEFT_CNI_PLUGINS_FROM",
      "",
      "directory of CNI plugins to install; empty: install none"),
  HTTP_ADDRESS(
      "--http-address",
      "WEFT_HTTP_ADDRESS",
      "127.0.0.1:9586",
      "host:port of /healthz, /readyz, /metrics; empty: none"),
  METRICS_ADDRESS(
      "--metrics-address",
      "WEFT_METRICS_ADDRESS",
      "",
      "host:port of /metrics alone, for a scraper off the node; empty: none"),
  AGENT_NAMESPACE(
      "--namespace", "WEFT_AGENT_NAMESPACE", "weft-agents", "namespace of Leases and Secrets"),
  KUBECONFIG(
      "--kubeconfig", "WEFT_KUBECONFIG", "", "kubeconfig file; empty: the pod's service account"),
  PROBE_INTERVAL(
      "--probe-interval",
      "WEFT_PROBE_INTERVAL",
      "10s",
      "between two probes of a tunnel, as 10s; 0s: none, and no path MTU is found"),
  LOG_LEVEL("--log-level", "WEFT_LOG_LEVEL", "info", LogLevel.NAMES),
  LOG_FORMAT("--log-format", "WEFT_LOG_FORMAT", "text", LogFormat.NAMES);

  final String flag;
  final String variable;
  final String fallback;
  final String meaning;

  Option(String flag, String variable, String fallback, String meaning) {
    this.flag = flag;
    this.variable = variable;
    this.fallback = fallback;
    this.meaning = meaning;
  }
}
