package dev.weft.agent.nativelib;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** libnftables(3), soname 1. Texts that it returns belong to the context until its next run. */
@SuppressWarnings("checkstyle:MethodName")
public interface LibNftables {
  Pointer nft_ctx_new(int flags);

  void nft_ctx_free(Pointer context);

  int nft_ctx_buffer_output(Pointer context);

  int nft_ctx_buffer_error(Pointer context);

  @Nullable String nft_ctx_get_output_buffer(Pointer context);

  @Nullable String nft_ctx_get_error_buffer(Pointer context);

  void nft_ctx_output_set_flags(Pointer context, int flags);

  int nft_run_cmd_from_buffer(Pointer context, String commands);
}
