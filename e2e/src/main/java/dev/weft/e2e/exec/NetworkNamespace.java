package dev.weft.e2e.exec;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * A network namespace that threads of this process can work in. A socket belongs for life to the
 * namespace of the thread that opens it, so one process can hold sockets of many pods: that makes
 * measuring cheap and puts all clocks in one place.
 *
 * @param path a file of nsfs, as {@code ip netns add} and {@code /proc/PID/ns/net} have it
 */
public record NetworkNamespace(Path path) {
  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000; // asm-generic/fcntl.h
  private static final int CLONE_NEWNET = 0x40000000; // linux/sched.h

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle OPEN =
      function(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  private static final MethodHandle SETNS =
      function(
          "setns",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  /** Starts {@code work} on a new thread that is in this namespace and ends with the work. */
  public <T> CompletableFuture<T> start(String threadName, Callable<T> work) {
    var result = new CompletableFuture<T>();
    Thread.ofPlatform()
        .daemon()
        .name(threadName)
        .start(
            () -> {
              try {
                enter();
                result.complete(work.call());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  /** Moves the calling thread for good, so only threads of {@link #start} may call it. */
  private void enter() throws Throwable {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      var name = arena.allocateFrom(path.toString());
      int fd = (int) OPEN.invokeExact(state, name, O_RDONLY | O_CLOEXEC);
      if (fd < 0) {
        throw failed("open", state);
      }
      try {
        if ((int) SETNS.invokeExact(state, fd, CLONE_NEWNET) < 0) {
          throw failed("setns", state);
        }
      } finally {
        var _ = (int) CLOSE.invokeExact(state, fd);
      }
    }
  }

  private IOException failed(String call, MemorySegment state) {
    return new IOException("%s %s: errno %d".formatted(call, path, (int) ERRNO.get(state, 0L)));
  }

  @SuppressWarnings("restricted") // the launcher allows native access
  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }
}
