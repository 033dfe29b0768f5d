package dev.weft.agent.nativelib;

import java.util.Optional;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** Loads native libraries; one that is missing is an empty value, not a failed class. */
public final class NativeLibraries {
  private NativeLibraries() {}

  private static final class LibCHolder {
    static final LibC LIBC = LibraryLoader.create(LibC.class).failImmediately().load("c");
    static final Runtime RUNTIME = Runtime.getRuntime(LIBC);
  }

  static LibC libC() {
    return LibCHolder.LIBC;
  }

  /** The errno of this thread's last native call. */
  static int lastErrno() {
    return LibCHolder.RUNTIME.getLastError();
  }

  /** libnftables, if the machine has it. */
  public static Optional<LibNftables> nftables() {
    try {
      return Optional.of(
          LibraryLoader.create(LibNftables.class).failImmediately().load("libnftables.so.1"));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }
}
