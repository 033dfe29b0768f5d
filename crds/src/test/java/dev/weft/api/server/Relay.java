package dev.weft.api.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP relay in front of the API server that can forget its connections as a middle box does: both
 * ends keep theirs, and nothing passes any more. Connections made later pass.
 */
public final class Relay implements AutoCloseable {
  private final ServerSocket listening;
  private final int port;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  private static final class Connection {
    private final Socket near;
    private final Socket far;
    private volatile boolean forgotten;

    Connection(Socket near, Socket far) {
      this.near = near;
      this.far = far;
    }

    void pump(Socket from, Socket to) {
      try (from;
          to) {
        var buffer = new byte[16 << 10];
        for (int read; (read = from.getInputStream().read(buffer)) >= 0; ) {
          if (!forgotten) {
            to.getOutputStream().write(buffer, 0, read);
          }
        }
        while (forgotten && !near.isClosed() && !far.isClosed()) {
          Thread.sleep(100); // an end that closed isn't told to the other
        }
      } catch (IOException | InterruptedException e) {
        // one end is gone, and so is the other
      }
    }
  }

  /** Relays from a free loopback port to that one. */
  public Relay(int port) throws IOException {
    this.port = port;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** The port to call. */
  public int port() {
    return listening.getLocalPort();
  }

  /** Forgets all connections that there are now; gives how many. */
  public int forget() {
    int count = connections();
    connections.forEach(c -> c.forgotten = true);
    return count;
  }

  /** How many connections there are now. */
  public int connections() {
    connections.removeIf(c -> c.near.isClosed());
    return connections.size();
  }

  private void accept() {
    try {
      while (true) {
        var near = listening.accept();
        var connection = new Connection(near, new Socket(InetAddress.getLoopbackAddress(), port));
        connections.add(connection);
        Thread.ofVirtual().start(() -> connection.pump(connection.near, connection.far));
        Thread.ofVirtual().start(() -> connection.pump(connection.far, connection.near));
      }
    } catch (IOException e) {
      // closed
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (var connection : connections) {
      connection.near.close();
      connection.far.close();
    }
  }
}
