package dev.weft.mesh.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
  private static final String TEXT = "3nLmyxFcpc9cVGeWYiNUqQLGhmvtKoYmj4DtJBVsdWY=";

  @Test
  void secretsNeverPrint() {
    assertEquals("(redacted)", PrivateKey.parse(TEXT).toString());
    assertEquals("(redacted)", PresharedKey.parse(TEXT).toString());
    var record =
        new dev.weft.mesh.view.NodeSecrets(
            java.util.Map.of(
                dev.weft.mesh.device.DeviceId.DEFAULT,
                new KeyPair(PrivateKey.parse(TEXT), new PublicKey(TEXT.replace('3', '4')))),
            java.util.Map.of("s", PresharedKey.parse(TEXT)));
    assertFalse(record.toString().contains(TEXT), record.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "short",
        "3nLmyxFcpc9cVGeWYiNUqQLGhmvtKoYmj4DtJBVsdWZ=",
        "3nLmyxFcpc9cVGeWYiNUqQLGhmvtKoYmj4DtJBVsdWY",
        "***********************************************="
      })
  void malformedSecretsAreRefusedWithoutTheirText(String text) {
    for (var parser :
        java.util.List.<java.util.function.Consumer<String>>of(
            PrivateKey::parse, PresharedKey::parse)) {
      var e = assertThrows(IllegalArgumentException.class, () -> parser.accept(text));
      assertFalse(!text.isEmpty() && String.valueOf(e.getMessage()).contains(text));
    }
    assertThrows(IllegalArgumentException.class, () -> new PublicKey(text));
  }

  @Test
  void theZeroKeyIsNoPublicKey() {
    assertThrows(IllegalArgumentException.class, () -> PublicKey.ofBytes(new byte[32]));
  }

  @Test
  void bytesReadBack() {
    assertArrayEquals(new PublicKey(TEXT).toBytes(), PrivateKey.parse(TEXT).toBytes());
    assertEquals(TEXT, PublicKey.ofBytes(new PublicKey(TEXT).toBytes()).text());
    assertEquals(PresharedKey.NONE, PresharedKey.ofBytes(new byte[32]));
  }

  /** Captured: {@code wg genkey | tee key | wg pubkey}, wireguard-tools 1.0.20210914. */
  @Test
  void thePublicKeyIsTheOneThatWgPubkeyPrints() {
    var pair = KeyPair.of(PrivateKey.parse("YNILq6FM3NZbvskuBRLq2QqxFJtB2yAAKyHeN8Ng9Gc="));
    assertEquals("Il+H2H18MY8MsowbApAuHuJOkOKEwVqemKmm1DpKIiE=", pair.publicKey().text());
  }

  @Test
  void aRandomKeyIsClamped() {
    var ones = new byte[32];
    java.util.Arrays.fill(ones, (byte) 0xff);
    var bytes = KeyPair.ofRandom(ones).privateKey().toBytes();
    assertEquals((byte) 0xf8, bytes[0]);
    assertEquals((byte) 0x7f, bytes[31]);
    assertThrows(IllegalArgumentException.class, () -> KeyPair.ofRandom(new byte[31]));
  }
}
