package dev.weft.e2e.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureFileTest {
  private static final byte[] FRAME = {1, 2, 3, 4, 5};

  @ParameterizedTest
  @CsvSource({
    "a1b2c3d4,BIG_ENDIAN,2000",
    "a1b2c3d4,LITTLE_ENDIAN,2000",
    "a1b23c4d,BIG_ENDIAN,2",
    "a1b23c4d,LITTLE_ENDIAN,2"
  })
  void pcapIsReadInBothOrdersAndUnits(String magic, String order, int nanos) {
    var frames = CaptureFile.frames(pcap(Integer.parseUnsignedInt(magic, 16), order(order), 1));
    assertEquals(1, frames.size());
    assertEquals(Instant.ofEpochSecond(10, nanos), frames.getFirst().time());
    assertEquals(ByteBuffer.wrap(FRAME), frames.getFirst().bytes());
  }

  @ParameterizedTest
  @CsvSource({"BIG_ENDIAN", "LITTLE_ENDIAN"})
  void pcapngIsReadInBothOrders(String order) {
    var frames = CaptureFile.frames(pcapng(order(order)));
    assertEquals(1, frames.size());
    assertEquals(Instant.ofEpochSecond(10, 2_000), frames.getFirst().time());
    assertEquals(ByteBuffer.wrap(FRAME), frames.getFirst().bytes());
  }

  @Test
  void aFileThatIsBeingWrittenEndsWithItsLastWholeFrame() {
    var whole = pcap(0xa1b2c3d4, ByteOrder.LITTLE_ENDIAN, 1);
    for (int length = 24; length < whole.length; length++) {
      assertTrue(CaptureFile.frames(Arrays.copyOf(whole, length)).isEmpty());
    }
  }

  @Test
  void otherFilesAreRefused() {
    assertThrows(MalformedCapture.class, () -> CaptureFile.frames(new byte[30]));
    assertThrows(MalformedCapture.class, () -> CaptureFile.frames(new byte[3]));
    var cooked = pcap(0xa1b2c3d4, ByteOrder.BIG_ENDIAN, 113);
    var problem = assertThrows(MalformedCapture.class, () -> CaptureFile.frames(cooked));
    assertEquals("offset 20: link type 113 isn't Ethernet", problem.getMessage());
  }

  private static ByteOrder order(String name) {
    return name.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  private static byte[] pcap(int magic, ByteOrder order, int linkType) {
    var out = ByteBuffer.allocate(24 + 16 + FRAME.length).order(order);
    out.putInt(magic).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(192);
    out.putInt(linkType);
    out.putInt(10).putInt(2).putInt(FRAME.length).putInt(99).put(FRAME);
    return out.array();
  }

  private static byte[] pcapng(ByteOrder order) {
    var out = ByteBuffer.allocate(28 + 20 + 40).order(order);
    out.putInt(0x0a0d0d0a).putInt(28).putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0);
    out.putLong(-1).putInt(28);
    out.putInt(1).putInt(20).putShort((short) 1).putShort((short) 0).putInt(192).putInt(20);
    long micros = 10_000_002L;
    out.putInt(6).putInt(40).putInt(0).putInt((int) (micros >> 32)).putInt((int) micros);
    out.putInt(FRAME.length).putInt(99).put(Arrays.copyOf(FRAME, 8)).putInt(40);
    return out.array();
  }
}
