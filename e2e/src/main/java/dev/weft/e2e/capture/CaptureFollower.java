package dev.weft.e2e.capture;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads a pcap file as it grows: each call returns the frames since the one before. Not for use by
 * several threads.
 */
public final class CaptureFollower {
  private static final int HEADER = 24;
  private static final int AT_ONCE = 64 << 20;

  private final Path file;
  private long position = HEADER;

  public CaptureFollower(Path file) {
    this.file = file;
  }

  /** What was written since the last call. */
  public List<Frame> more() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      int more = (int) Math.min(in.length() - position, AT_ONCE);
      if (more <= 0) {
        return List.of();
      }
      var bytes = new byte[HEADER + more];
      in.readFully(bytes, 0, HEADER);
      in.seek(position);
      in.readFully(bytes, HEADER, more);
      var part = CaptureFile.part(bytes);
      position += part.end() - HEADER;
      return part.frames();
    }
  }
}
