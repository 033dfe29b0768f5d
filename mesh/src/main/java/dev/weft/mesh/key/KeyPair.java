package dev.weft.mesh.key;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/**
 * A Curve25519 key pair (RFC 7748).
 *
 * @param privateKey goes to its owner's device alone
 * @param publicKey derived from it
 */
public record KeyPair(PrivateKey privateKey, PublicKey publicKey) {
  private static final String CURVE = "X25519";
  private static final BigInteger BASE_POINT = BigInteger.valueOf(9);

  /**
   * The pair made of 32 random bytes, clamped as {@code wg genkey} does.
   *
   * @throws IllegalArgumentException for another length
   */
  public static KeyPair ofRandom(byte[] random) {
    var bytes = random.clone();
    if (bytes.length == KeyText.BYTES) {
      bytes[0] &= (byte) 248;
      bytes[31] = (byte) ((bytes[31] & 127) | 64);
    }
    return of(PrivateKey.ofBytes(bytes));
  }

  /** The pair of a private key. */
  public static KeyPair of(PrivateKey privateKey) {
    try {
      var keys = KeyFactory.getInstance(CURVE);
      var agreement = KeyAgreement.getInstance(CURVE);
      agreement.init(
          keys.generatePrivate(
              new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey.toBytes())));
      agreement.doPhase(
          keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BASE_POINT)), true);
      return new KeyPair(privateKey, PublicKey.ofBytes(agreement.generateSecret()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 11 has X25519", e);
    }
  }
}
