package dev.weft.agent.userspace;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One request and its answer on a UAPI socket, with a time limit. */
final class UapiSocket {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int BUFFER_BYTES = 64 << 10;

  private UapiSocket() {}

  /**
   * Sends a request.
   *
   * @return lines of the answer before {@code errno=}
   * @throws UapiRefusal if the answer's errno isn't 0
   * @throws IOException if nothing listens or answers in time
   */
  static List<String> request(Path socket, String operation, String text) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        var selector = Selector.open()) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      long deadline = System.nanoTime() + TIMEOUT.toNanos();
      var key = channel.register(selector, SelectionKey.OP_WRITE);
      var out = StandardCharsets.UTF_8.encode(text);
      while (out.hasRemaining()) {
        channel.write(out);
        if (out.hasRemaining()) {
          await(selector, deadline, operation);
        }
      }
      key.interestOps(SelectionKey.OP_READ);
      return read(channel, selector, deadline, operation);
    }
  }

  private static List<String> read(
      SocketChannel channel, Selector selector, long deadline, String operation)
      throws IOException {
    var bytes = new byte[BUFFER_BYTES];
    var buffer = ByteBuffer.wrap(bytes);
    var lines = new ArrayList<String>();
    while (true) {
      int length = channel.read(buffer);
      if (length < 0) {
        throw new EOFException(operation + ": wireguard-go ended the answer early");
      }
      if (length == 0) {
        if (!buffer.hasRemaining()) {
          throw new IOException(operation + ": a line longer than " + BUFFER_BYTES + " bytes");
        }
        await(selector, deadline, operation);
        continue;
      }
      int first = lines.size();
      buffer.flip();
      buffer.position(takeLines(bytes, buffer.limit(), lines)).compact();
      for (int i = first; i < lines.size(); i++) {
        if (lines.get(i).startsWith("errno=")) {
          return checked(operation, lines.get(i), lines.subList(0, i));
        }
      }
    }
  }

  /**
   * Takes complete lines; empty ones are passed over.
   *
   * @return where the first incomplete one begins
   */
  private static int takeLines(byte[] bytes, int end, List<String> lines) {
    int start = 0;
    for (int i = 0; i < end; i++) {
      if (bytes[i] == '\n') {
        if (i > start) {
          lines.add(new String(bytes, start, i - start, StandardCharsets.ISO_8859_1));
        }
        start = i + 1;
      }
    }
    return start;
  }

  private static List<String> checked(String operation, String errno, List<String> lines)
      throws IOException {
    // Go's IPC errors are negative, as the kernel has them.
    int number = Math.abs(Integer.parseInt(errno.substring("errno=".length())));
    if (number != 0) {
      throw new UapiRefusal(operation, number);
    }
    return lines;
  }

  private static void await(Selector selector, long deadline, String operation) throws IOException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new IOException(
          operation + ": wireguard-go didn't answer within " + TIMEOUT.toSeconds() + " s");
    }
    selector.select(millis);
    selector.selectedKeys().clear();
  }
}
