package dev.weft.runtime.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BoundedServerTest {
  private HttpServer server;
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = BoundedServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
    server.stop(0);
  }

  private Socket open(String sent) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort());
    sockets.add(socket);
    socket.setSoTimeout(15_000);
    socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** The first line of the answer; empty: closed without one. */
  private static String answer(Socket socket) {
    try {
      var line = new StringBuilder();
      for (int c; (c = socket.getInputStream().read()) >= 0 && c != '\r'; ) {
        line.append((char) c);
      }
      return line.toString();
    } catch (IOException e) {
      return ""; // reset
    }
  }

  private static final String WHOLE = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  @Test
  void aRequestIsAnswered() throws IOException {
    assertEquals("HTTP/1.1 204 No Content", answer(open(WHOLE)));
  }

  @Test
  void halfARequestIsGivenUpInTime() throws IOException {
    var start = System.nanoTime();
    var half = open("GET / HTTP/1.1\r\nHost: x\r\n");
    assertEquals("", answer(half));
    long seconds = (System.nanoTime() - start) / 1_000_000_000L;
    assertTrue(seconds <= 2L * BoundedServer.REQUEST_SECONDS, seconds + " s");
  }

  @Test
  void thousandsOfHalfRequestsAreRefusedAndLeaveItWell() throws Exception {
    for (int i = 0; i < 500; i++) {
      try {
        open("GET / HTTP/1.1\r\nHost: x\r\n");
      } catch (IOException e) {
        // reset while it was written to
      }
    }
    for (int i = 0; i < 150; i++) {
      if (answer(open(WHOLE)).startsWith("HTTP/1.1 204")) {
        return;
      }
      Thread.sleep(100);
    }
    assertEquals("an answer", "none within 15 s");
  }

  @Test
  void largeHeadersAreRefused() throws IOException {
    try {
      var large = "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(1_000_000) + "\r\n\r\n";
      assertTrue(!answer(open(large)).startsWith("HTTP/1.1 204"));
    } catch (IOException e) {
      // refused while it was written
    }
  }
}
