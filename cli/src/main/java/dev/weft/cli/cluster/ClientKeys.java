package dev.weft.cli.cluster;

import io.fabric8.kubernetes.client.Config;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Client keys of a kubeconfig in the encoding that the client library reads. It reads RSA keys in
 * PKCS #8 (RFC 5208) and PKCS #1, but elliptic curve keys in SEC 1 (RFC 5915) only; {@code openssl
 * genpkey} and cert-manager write them in PKCS #8.
 */
final class ClientKeys {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final int DER_INTEGER = 0x02;
  private static final int DER_OCTET_STRING = 0x04;
  private static final int DER_SEQUENCE = 0x30;
  private static final int DER_PARAMETERS = 0xa0;

  private ClientKeys() {}

  /** Replaces the configuration's client key where it is an elliptic curve key in PKCS #8. */
  static void convert(Config config) {
    var pem = pem(config);
    var converted = sec1(pem);
    if (!converted.equals(pem)) {
      config.setClientKeyData(
          Base64.getEncoder().encodeToString(converted.getBytes(StandardCharsets.US_ASCII)));
      config.setClientKeyAlgo("EC");
    }
  }

  private static String pem(Config config) {
    try {
      if (config.getClientKeyData() != null) {
        var data = Base64.getMimeDecoder().decode(config.getClientKeyData());
        return new String(data, StandardCharsets.US_ASCII);
      }
      return config.getClientKeyFile() == null
          ? ""
          : Files.readString(Path.of(config.getClientKeyFile()), StandardCharsets.ISO_8859_1);
    } catch (IOException | IllegalArgumentException e) {
      return ""; // the client library names the field and the file
    }
  }

  /** The key in SEC 1 with its curve's name; any other text as it is. */
  static String sec1(String pem) {
    var found = PKCS8.matcher(pem);
    if (!found.find()) {
      return pem;
    }
    try {
      var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
      if (KeyFactory.getInstance("EC").generatePrivate(spec) instanceof ECPrivateKey key) {
        var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
        return "-----BEGIN EC PRIVATE KEY-----\n%s\n-----END EC PRIVATE KEY-----\n"
            .formatted(encoder.encodeToString(der(key)));
      }
      return pem;
    } catch (GeneralSecurityException | IOException e) {
      return pem; // RSA, or no key: the client library reads it, or says what is wrong
    }
  }

  /** ECPrivateKey of RFC 5915 without the public key. All its parts are shorter than 128 bytes. */
  private static byte[] der(ECPrivateKey key) throws GeneralSecurityException, IOException {
    var curve = AlgorithmParameters.getInstance("EC");
    curve.init(key.getParams());
    int length = (key.getParams().getOrder().bitLength() + 7) / 8;
    var body = new ByteArrayOutputStream();
    body.writeBytes(element(DER_INTEGER, new byte[] {1}));
    body.writeBytes(element(DER_OCTET_STRING, unsigned(key.getS(), length)));
    body.writeBytes(element(DER_PARAMETERS, curve.getEncoded()));
    return element(DER_SEQUENCE, body.toByteArray());
  }

  private static byte[] unsigned(BigInteger value, int length) {
    var bytes = new byte[length];
    var signed = value.toByteArray();
    int from = Math.max(0, signed.length - length);
    System.arraycopy(signed, from, bytes, length - (signed.length - from), signed.length - from);
    return bytes;
  }

  private static byte[] element(int tag, byte[] content) {
    var bytes = new byte[content.length + 2];
    bytes[0] = (byte) tag;
    bytes[1] = (byte) content.length;
    System.arraycopy(content, 0, bytes, 2, content.length);
    return bytes;
  }
}
