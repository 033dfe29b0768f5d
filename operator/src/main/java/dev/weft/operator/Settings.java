package dev.weft.operator;

import dev.weft.log.LogFormat;
import dev.weft.log.LogLevel;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Function;

/**
 * What the operator is told by its environment.
 *
 * @param namespace its own namespace: leader Lease ({@code WEFT_NAMESPACE})
 * @param agentsNamespace the agents' Leases ({@code WEFT_AGENTS_NAMESPACE})
 * @param identity holder of the leader Lease ({@code POD_NAME}, else the host name)
 * @param leaderElection whether to stand by while another leads ({@code WEFT_LEADER_ELECTION})
 * @param metrics listening address of metrics alone ({@code WEFT_HTTP_ADDRESS}, host:port)
 * @param health listening address of health, and metrics ({@code WEFT_HEALTH_ADDRESS}, host:port)
 * @param logLevel from where on Weft's own loggers are heard ({@code WEFT_LOG_LEVEL})
 * @param logFormat how a record is written ({@code WEFT_LOG_FORMAT})
 */
public record Settings(
    String namespace,
    String agentsNamespace,
    String identity,
    boolean leaderElection,
    InetSocketAddress metrics,
    InetSocketAddress health,
    LogLevel logLevel,
    LogFormat logFormat) {

  /**
   * Reads the environment; what is absent has its default.
   *
   * @throws IllegalArgumentException with the variable and the fix, if one is malformed
   */
  public static Settings of(Map<String, String> environment) {
    return new Settings(
        environment.getOrDefault("WEFT_NAMESPACE", "weft-system"),
        environment.getOrDefault("WEFT_AGENTS_NAMESPACE", "weft-agents"),
        environment.getOrDefault("POD_NAME", environment.getOrDefault("HOSTNAME", "weft-operator")),
        !"false".equals(environment.get("WEFT_LEADER_ELECTION")),
        address(environment, "WEFT_HTTP_ADDRESS", "0.0.0.0:9587"),
        address(environment, "WEFT_HEALTH_ADDRESS", "127.0.0.1:9589"),
        named(environment, "WEFT_LOG_LEVEL", "info", LogLevel::of),
        named(environment, "WEFT_LOG_FORMAT", "text", LogFormat::of));
  }

  private static InetSocketAddress address(
      Map<String, String> environment, String variable, String absent) {
    var address = environment.getOrDefault(variable, absent);
    var colon = address.lastIndexOf(':');
    var port = colon < 0 ? "" : address.substring(colon + 1);
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException(
          variable + " '" + address + "' is not host:port; write it as " + absent);
    }
    return new InetSocketAddress(
        address.substring(0, colon).replace("[", "").replace("]", ""), Integer.parseInt(port));
  }

  private static <T> T named(
      Map<String, String> environment, String variable, String absent, Function<String, T> of) {
    try {
      return of.apply(environment.getOrDefault(variable, absent));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
    }
  }
}
