package dev.weft.agent.key;

import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PrivateKey;
import dev.weft.mesh.key.PublicKey;
import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** Makes X25519 key pairs (RFC 7748) without the providers that {@code java.security} loads. */
public final class KeyPairs {
  private KeyPairs() {}

  /** A new pair, clamped as {@code wg genkey} does. */
  public static KeyPair generate(SecureRandom random) {
    var bytes = new byte[X25519.SCALAR_SIZE];
    X25519.generatePrivateKey(random, bytes);
    return of(PrivateKey.ofBytes(bytes));
  }

  /** The pair of a private key. */
  public static KeyPair of(PrivateKey privateKey) {
    var publicBytes = new byte[X25519.POINT_SIZE];
    X25519.generatePublicKey(privateKey.toBytes(), 0, publicBytes, 0);
    return new KeyPair(privateKey, PublicKey.ofBytes(publicBytes));
  }
}
