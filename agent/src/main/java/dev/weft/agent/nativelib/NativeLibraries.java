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

  private static final class LibNftablesHolder {
    static final Optional<LibNftables> LIBRARY = load();

    private static Optional<LibNftables> load() {
      try {
        return Optional.of(
            LibraryLoader.create(LibNftables.class).failImmediately().load("libnftables.so.1"));
      } catch (UnsatisfiedLinkError e) {
        return Optional.empty();
      }
    }
  }

  /** libnftables, if the machine has it. */
  public static Optional<LibNftables> nftables() {
    return LibNftablesHolder.LIBRARY;
  }

  /**
   * Loads them on a thread of their own. The client of the API server takes as long to be made, and
   * neither needs the other.
   */
  public static void loadEarly() {
    Thread.ofPlatform()
        .name("native libraries")
        .daemon()
        .start(
            () -> {
              libC();
              nftables();
            });
  }
}
