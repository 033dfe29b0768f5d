package dev.weft.cli.peer;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import dev.weft.cli.InputException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A QR code (ISO/IEC 18004) of a text, for terminals and as PNG. Pure. */
final class QrCode {
  /** Modules of quiet zone that the standard asks for. */
  private static final int QUIET = 4;

  private static final int PIXELS_PER_MODULE = 6;

  private final BitMatrix dark;

  private QrCode(BitMatrix dark) {
    this.dark = dark;
  }

  /**
   * Encodes a text with the lowest error correction: a screen has no scratches.
   *
   * @throws InputException if it is too long for the largest code (2953 bytes)
   */
  static QrCode of(String text) {
    try {
      var hints =
          Map.of(
              EncodeHintType.MARGIN,
              QUIET,
              EncodeHintType.CHARACTER_SET,
              StandardCharsets.UTF_8.name(),
              EncodeHintType.ERROR_CORRECTION,
              ErrorCorrectionLevel.L);
      return new QrCode(new QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, 0, 0, hints));
    } catch (WriterException e) {
      throw new InputException(
          "the configuration has %d bytes, more than a QR code holds; attach the peer to one location, or take another form with -o"
              .formatted(text.getBytes(StandardCharsets.UTF_8).length));
    }
  }

  /**
   * Two modules above each other per character, light on dark and dark on light terminals alike.
   */
  String halfBlocks(boolean colour) {
    var text = new StringBuilder();
    for (int y = 0; y < dark.getHeight(); y += 2) {
      if (colour) {
        text.append("\u001b[30;107m"); // black on bright white, whatever the terminal's own are
      }
      for (int x = 0; x < dark.getWidth(); x++) {
        boolean upper = dark.get(x, y);
        boolean lower = y + 1 < dark.getHeight() && dark.get(x, y + 1);
        // Without colours a terminal is taken to be light on dark: what is drawn is light.
        text.append(colour ? block(upper, lower) : block(!upper, !lower));
      }
      text.append(colour ? "\u001b[0m\n" : "\n");
    }
    return text.toString();
  }

  private static char block(boolean upper, boolean lower) {
    if (upper) {
      return lower ? '█' : '▀';
    }
    return lower ? '▄' : ' ';
  }

  /** PNG (RFC 2083), one bit per pixel. */
  byte[] png() {
    int side = dark.getWidth() * PIXELS_PER_MODULE;
    int stride = (side + 7) / 8;
    var raw = new byte[(stride + 1) * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        if (!dark.get(x / PIXELS_PER_MODULE, y / PIXELS_PER_MODULE)) {
          raw[y * (stride + 1) + 1 + x / 8] |= (byte) (0x80 >> (x % 8));
        }
      }
    }
    var png = new ByteArrayOutputStream();
    png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    var header = ByteBuffer.allocate(13).putInt(side).putInt(side);
    header.put((byte) 1).put((byte) 0).put((byte) 0).put((byte) 0).put((byte) 0);
    chunk(png, "IHDR", header.array());
    chunk(png, "IDAT", deflated(raw));
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static byte[] deflated(byte[] raw) {
    try (var deflater = new Deflater()) {
      deflater.setInput(raw);
      deflater.finish();
      var out = new ByteArrayOutputStream();
      var buffer = new byte[4096];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    }
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
    var name = type.getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(name);
    crc.update(data);
    png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    png.writeBytes(name);
    png.writeBytes(data);
    png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
