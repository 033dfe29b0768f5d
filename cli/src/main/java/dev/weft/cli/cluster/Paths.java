package dev.weft.cli.cluster;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Paths of the API. */
public final class Paths {
  /** Of Weft's own kinds. */
  public static final String WEFT = "/apis/weft.dev/v1alpha1/";

  private Paths() {}

  /** A Peer; empty name: all of them. */
  public static String peer(String name) {
    return WEFT + "peers" + (name.isEmpty() ? "" : "/" + encoded(name));
  }

  /** A WireGuardMesh. */
  public static String mesh(String name) {
    return WEFT + "wireguardmeshes/" + encoded(name);
  }

  /** A Node. */
  public static String node(String name) {
    return "/api/v1/nodes/" + encoded(name);
  }

  /** A Secret. */
  public static String secret(String namespace, String name) {
    return "/api/v1/namespaces/" + encoded(namespace) + "/secrets/" + encoded(name);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
