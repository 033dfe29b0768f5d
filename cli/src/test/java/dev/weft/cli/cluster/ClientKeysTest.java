package dev.weft.cli.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.CertUtils;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientKeysTest {
  @TempDir private Path directory;

  /** Repeated, for a key whose first byte is zero, or above 127, is written in another length. */
  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void ellipticCurveKeysInPkcs8AreReadAsTheyAre(String curve) throws Exception {
    for (int i = 0; i < 300; i++) {
      var key = ellipticCurveKey(curve);
      var config = Config.empty();
      config.setClientKeyData(base64(pem(key.getEncoded())));

      ClientKeys.convert(config);

      assertEquals("EC", config.getClientKeyAlgo());
      var read = asTheClientReadsIt(config);
      assertEquals(key.getS(), read.getS());
      assertEquals(key.getParams().getOrder(), read.getParams().getOrder());
    }
  }

  @Test
  void aKeyInAFileIsReadToo() throws Exception {
    var key = ellipticCurveKey("secp256r1");
    var file = directory.resolve("client.key");
    Files.writeString(file, pem(key.getEncoded()));
    var config = new ConfigBuilder(Config.empty()).withClientKeyFile(file.toString()).build();

    ClientKeys.convert(config);

    assertEquals(key.getS(), asTheClientReadsIt(config).getS());
  }

  @Test
  void otherKeysStayAsTheyAre() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var rsa = pem(generator.generateKeyPair().getPrivate().getEncoded());
    assertEquals(rsa, ClientKeys.sec1(rsa));
    var sec1 = ClientKeys.sec1(pem(ellipticCurveKey("secp256r1").getEncoded()));
    assertEquals(sec1, ClientKeys.sec1(sec1));
    var broken = pem(new byte[] {1, 2, 3});
    assertEquals(broken, ClientKeys.sec1(broken));
    assertEquals("", ClientKeys.sec1(""));
  }

  @Test
  void withoutAKeyNothingChanges() {
    var config = Config.empty();
    var before = config.getClientKeyAlgo();
    ClientKeys.convert(config);
    assertEquals(before, config.getClientKeyAlgo());
    assertArrayEquals(new Object[] {null, null}, keys(config));
  }

  private static final java.nio.charset.Charset US_ASCII = StandardCharsets.US_ASCII;

  private static Object[] keys(Config config) {
    return new Object[] {config.getClientKeyData(), config.getClientKeyFile()};
  }

  private static ECPrivateKey ellipticCurveKey(String curve) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return (ECPrivateKey) generator.generateKeyPair().getPrivate();
  }

  private static String pem(byte[] der) {
    return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
        .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }

  /** The certificate is any: a key store does not compare it with the key. */
  private static ECPrivateKey asTheClientReadsIt(Config config) throws Exception {
    try (var certificate = ClientKeysTest.class.getResourceAsStream("client.crt")) {
      var certificateData = base64(new String(certificate.readAllBytes(), US_ASCII));
      var store =
          CertUtils.createKeyStore(
              certificateData,
              null,
              config.getClientKeyData(),
              config.getClientKeyFile(),
              config.getClientKeyAlgo(),
              "changeit",
              null,
              null);
      return (ECPrivateKey) store.getKey(store.aliases().nextElement(), "changeit".toCharArray());
    }
  }
}
