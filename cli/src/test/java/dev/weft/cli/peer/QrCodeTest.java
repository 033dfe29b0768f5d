package dev.weft.cli.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.NotFoundException;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import dev.weft.cli.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QrCodeTest {
  private static final String TEXT = "[Interface]\nPrivateKey = x\nAddress = 10.4.0.9/32\n# ü\n";

  @Test
  void thePictureIsAPngThatReadsBack() throws Exception {
    var image = ImageIO.read(new ByteArrayInputStream(QrCode.of(TEXT).png()));
    var pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    assertEquals(TEXT, decode(image.getWidth(), image.getHeight(), pixels));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theTerminalsHalfBlocksReadBack(boolean colour) throws Exception {
    var lines =
        QrCode.of(TEXT).halfBlocks(colour).replaceAll("\u001b\\[[0-9;]*m", "").lines().toList();
    assertEquals(TEXT, decode(lines, colour));
  }

  @Test
  void aTextThatIsTooLongIsSaidWithItsLength() {
    var e = assertThrows(InputException.class, () -> QrCode.of("x".repeat(3000)));
    assertTrue(String.valueOf(e.getMessage()).contains("3000 bytes"));
  }

  private static String decode(List<String> lines, boolean inked) throws Exception {
    int scale = 4;
    int width = lines.getFirst().length() * scale;
    int height = lines.size() * 2 * scale;
    var pixels = new int[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        char block = lines.get(y / scale / 2).charAt(x / scale);
        boolean upper = (y / scale) % 2 == 0;
        boolean drawn = block == '█' || block == (upper ? '▀' : '▄');
        pixels[y * width + x] = drawn == inked ? 0x000000 : 0xffffff;
      }
    }
    return decode(width, height, pixels);
  }

  private static String decode(int width, int height, int[] pixels)
      throws NotFoundException, IOException, Exception {
    var bitmap =
        new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, height, pixels)));
    return new QRCodeReader().decode(bitmap).getText();
  }
}
