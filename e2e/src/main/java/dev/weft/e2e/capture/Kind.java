package dev.weft.e2e.capture;

/** What may cross the internet. */
public enum Kind {
  /** A message of the WireGuard protocol, by its type, reserved bytes and length. */
  WIREGUARD,
  /** TCP to or from the API server, beginning with TLS handshakes. */
  API_TLS,
  /** A question to the lab's resolver, or its answer. */
  DNS,
  /** HTTP to or from the lab's web server, of those that may leave to the internet. */
  WEB,
  /** An ICMP error about one of these. */
  ICMP_ERROR,
  /**
   * Address resolution among public addresses, and IPv6's among link-local ones: never leaves its
   * link.
   */
  ARP
}
