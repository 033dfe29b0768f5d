package dev.weft.agent.nativelib;

import java.nio.ByteBuffer;
import jnr.ffi.annotations.In;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/** The system calls that the agent makes itself; socket(2), poll(2), eventfd(2). */
public interface LibC {
  int socket(int domain, int type, int protocol);

  int bind(int descriptor, @In byte[] address, int length);

  int setsockopt(int descriptor, int level, int name, @In byte[] value, int length);

  @ssize_t
  long send(int descriptor, @In ByteBuffer data, @size_t long length, int flags);

  @ssize_t
  long recv(int descriptor, ByteBuffer data, @size_t long length, int flags);

  int poll(ByteBuffer descriptors, @size_t long count, int timeoutMillis);

  int eventfd(int initial, int flags);

  @ssize_t
  long write(int descriptor, @In byte[] data, @size_t long length);

  int close(int descriptor);
}
