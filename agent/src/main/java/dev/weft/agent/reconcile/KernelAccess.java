package dev.weft.agent.reconcile;

import dev.weft.agent.kernel.Kernel;
import dev.weft.agent.kernel.KernelEvents;
import dev.weft.agent.kernel.KernelListener;
import dev.weft.agent.kernel.KernelOptions;
import dev.weft.agent.kernel.Ownership;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel, opened when first needed and again after a failure. One thread. */
final class KernelAccess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelAccess.class);

  private final KernelOptions base;
  private final KernelListener listener;
  private WireGuardImplementation implementation = WireGuardImplementation.AUTO;
  private volatile Ownership own = Ownership.defaults();
  private @Nullable Kernel kernel;
  private @Nullable KernelEvents events;

  KernelAccess(KernelOptions base, KernelListener listener) {
    this.base = base;
    this.listener = listener;
  }

  /** What is Weft's from now on: events about all else are left out. */
  void own(Ownership now) {
    own = now;
  }

  /** The kernel, with the WireGuard that the mesh asks for. */
  Kernel get(WireGuardImplementation wanted) throws IOException {
    var current = kernel;
    if (current != null && wanted == implementation) {
      return current;
    }
    close();
    var opened =
        Kernel.open(
            new KernelOptions(
                wanted, base.requestDirectory(), base.socketDirectory(), base.deviceTimeout()));
    try {
      events = opened.watch(listener, () -> own);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    LOG.info("WireGuard is {}", opened.userspace() ? "wireguard-go's" : "the kernel's");
    kernel = opened;
    implementation = wanted;
    return opened;
  }

  @Override
  public void close() {
    if (events != null) {
      events.close();
      events = null;
    }
    if (kernel != null) {
      kernel.close();
      kernel = null;
    }
  }
}
