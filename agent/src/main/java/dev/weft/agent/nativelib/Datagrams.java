package dev.weft.agent.nativelib;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What sends and receives datagrams, as bytes. For one thread. */
public interface Datagrams extends AutoCloseable {
  /** Sends a direct buffer's remaining bytes as one datagram. */
  void send(ByteBuffer data) throws IOException;

  /**
   * Receives one datagram.
   *
   * @param into direct; filled from 0 and flipped
   * @param timeoutMillis -1: none
   * @return false if nothing came in time
   * @throws NativeException with ENOBUFS where the kernel had to drop messages
   * @throws IOException if the datagram is larger than the buffer
   */
  boolean receive(ByteBuffer into, int timeoutMillis) throws IOException;

  @Override
  void close();
}
