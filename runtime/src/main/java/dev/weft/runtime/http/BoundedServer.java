package dev.weft.runtime.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Makes HTTP servers with limits: {@value #CONNECTIONS} connections, {@value #REQUEST_SECONDS} s
 * for a whole request and as long for the answer, {@value #HEADER_BYTES} bytes of headers. What is
 * beyond is closed, so a server never holds more than about a megabyte. The JDK reads its limits
 * once a process, from system properties; ones that are set already are left alone.
 */
public final class BoundedServer {
  static final int CONNECTIONS = 64;
  static final int REQUEST_SECONDS = 5;
  static final int HEADER_BYTES = 16_384;

  static {
    Map.of(
            "jdk.httpserver.maxConnections", CONNECTIONS,
            "sun.net.httpserver.maxReqTime", REQUEST_SECONDS,
            "sun.net.httpserver.maxRspTime", REQUEST_SECONDS,
            "sun.net.httpserver.maxReqHeaders", 50,
            "sun.net.httpserver.maxReqHeaderSize", HEADER_BYTES,
            "sun.net.httpserver.maxIdleConnections", CONNECTIONS / 2,
            "sun.net.httpserver.idleInterval", 30)
        .forEach(
            (name, value) -> {
              if (System.getProperty(name) == null) {
                System.setProperty(name, String.valueOf(value));
              }
            });
  }

  private BoundedServer() {}

  /**
   * A server that is bound and not started.
   *
   * @throws IOException if the address can't be had
   */
  public static HttpServer bind(InetSocketAddress address) throws IOException {
    var server = HttpServer.create(address, CONNECTIONS);
    // As many threads as connections at most.
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    return server;
  }
}
