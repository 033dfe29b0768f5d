package dev.weft.e2e.probe;

import dev.weft.e2e.exec.NetworkNamespace;

/**
 * A pod as the probes see it.
 *
 * @param name what its server answers with
 * @param address where its server listens, port {@value #PORT}
 * @param namespace its network
 */
public record Endpoint(String name, String address, NetworkNamespace namespace) {
  /** The port of the pods' HTTP servers. */
  public static final int PORT = 80;
}
