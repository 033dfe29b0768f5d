package dev.weft.agent.boot;

import dev.weft.agent.nativelib.LibNftables;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** What libnftables says of a kernel without nf_tables: it refuses each command. */
final class KernelWithoutNftables implements LibNftables {
  @Override
  public Pointer nft_ctx_new(int flags) {
    return Pointer.wrap(Runtime.getSystemRuntime(), 0L);
  }

  @Override
  public void nft_ctx_free(Pointer context) {}

  @Override
  public int nft_ctx_buffer_output(Pointer context) {
    return 0;
  }

  @Override
  public int nft_ctx_buffer_error(Pointer context) {
    return 0;
  }

  @Override
  public String nft_ctx_get_output_buffer(Pointer context) {
    return "";
  }

  @Override
  public String nft_ctx_get_error_buffer(Pointer context) {
    return "netlink: Error: cache initialization failed: Operation not supported\n";
  }

  @Override
  public void nft_ctx_output_set_flags(Pointer context, int flags) {}

  @Override
  public int nft_run_cmd_from_buffer(Pointer context, String commands) {
    return -1;
  }
}
