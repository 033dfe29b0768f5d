package dev.weft.agent.client;

/**
 * Where this agent reaches the API server.
 *
 * @param host IP address or DNS name
 * @param port TCP port
 */
public record ApiServerAddress(String host, int port) {
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
