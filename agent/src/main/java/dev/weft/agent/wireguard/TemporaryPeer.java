package dev.weft.agent.wireguard;

import dev.weft.mesh.key.PublicKey;
import java.security.SecureRandom;

/**
 * A peer that exists for the length of one request, to take allowed IPs away from another. Its key
 * is 32 random bytes: no private key belongs to it, and it is no real peer's.
 */
public final class TemporaryPeer {
  private static final SecureRandom RANDOM = new SecureRandom();

  private TemporaryPeer() {}

  public static PublicKey newKey() {
    var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    bytes[31] &= 0x7f;
    return PublicKey.ofBytes(bytes);
  }
}
