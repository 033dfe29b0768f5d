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

  private UapiSocket() {}

  /**
   * Sends a request.
   *
   * @return lines of the answer before {@code errno=}
   * @throws UapiRefusal if the answer's errno isn't 0
   * @throws IOException if nobody listens or answers in time
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
    var buffer = ByteBuffer.allocate(16 << 10);
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    while (true) {
      await(selector, deadline, operation);
      int length = channel.read(buffer.clear());
      if (length < 0) {
        throw new EOFException(operation + ": wireguard-go ended the answer early");
      }
      for (int i = 0; i < length; i++) {
        char c = (char) (buffer.get(i) & 0xff);
        if (c != '\n') {
          line.append(c);
          continue;
        }
        var complete = line.toString();
        line.setLength(0);
        if (complete.startsWith("errno=")) {
          return checked(operation, complete, lines);
        }
        if (!complete.isEmpty()) {
          lines.add(complete);
        }
      }
    }
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
