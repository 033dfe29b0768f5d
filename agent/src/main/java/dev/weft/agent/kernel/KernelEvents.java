package dev.weft.agent.kernel;

/** A subscription to the kernel's multicast groups; closing it ends its thread. */
public interface KernelEvents extends AutoCloseable {
  @Override
  void close();
}
