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
            PrivateKey.parse(TEXT),
            new PublicKey(TEXT.replace('3', '4')),
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
}
