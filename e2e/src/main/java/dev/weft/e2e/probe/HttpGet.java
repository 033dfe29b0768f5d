package dev.weft.e2e.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One HTTP/1.0 request on a socket of its own, opened by the calling thread and so in its network
 * namespace; a shared client would mix connections of several.
 */
public final class HttpGet {
  private HttpGet() {}

  /**
   * An answer.
   *
   * @param local the address the question came from
   * @param connected how long the connection took: one round trip
   */
  public record Answer(int status, String body, InetAddress local, Duration connected) {}

  /** Asks; fails if there is no answer in time. */
  public static Answer get(String address, int port, String path, Duration limit)
      throws IOException {
    int millis = (int) limit.toMillis();
    try (var socket = new Socket()) {
      socket.setSoTimeout(millis);
      long start = System.nanoTime();
      socket.connect(new InetSocketAddress(InetAddress.getByName(address), port), millis);
      var connected = Duration.ofNanos(System.nanoTime() - start);
      var request = "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n".formatted(path, address);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var status = text.split(" ", 3);
      int body = text.indexOf("\r\n\r\n");
      if (status.length < 3 || body < 0) {
        throw new IOException("no HTTP answer but: " + text);
      }
      return new Answer(
          Integer.parseInt(status[1]),
          text.substring(body + 4).strip(),
          socket.getLocalAddress(),
          connected);
    }
  }
}
