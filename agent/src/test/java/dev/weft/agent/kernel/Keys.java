package dev.weft.agent.kernel;

import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PrivateKey;
import dev.weft.mesh.key.PublicKey;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** Keys by number; not secret. */
public final class Keys {
  private Keys() {}

  public static PrivateKey privateKey(int number) {
    var bytes = new byte[32];
    // X25519 ignores the lowest three bits.
    bytes[1] = (byte) number;
    bytes[2] = (byte) (number >> 8);
    bytes[31] = 64;
    return PrivateKey.ofBytes(bytes);
  }

  public static PublicKey publicKey(int number) {
    var point = new byte[32];
    X25519.scalarMultBase(privateKey(number).toBytes(), 0, point, 0);
    return PublicKey.ofBytes(point);
  }

  public static KeyPair pair(int number) {
    return new KeyPair(privateKey(number), publicKey(number));
  }
}
