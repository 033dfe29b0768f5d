package dev.weft.agent.nftables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weft.agent.nativelib.LibNftables;
import java.io.IOException;
import java.util.List;
import jnr.ffi.Pointer;

/** Runs lists of commands, each list one transaction. For one thread. */
public final class Nftables implements AutoCloseable {
  private static final int NFT_CTX_OUTPUT_STATELESS = 1 << 2;
  private static final int NFT_CTX_OUTPUT_HANDLE = 1 << 3;
  private static final int NFT_CTX_OUTPUT_JSON = 1 << 4;

  private final LibNftables library;
  private final Pointer context;
  private final ObjectMapper json = new ObjectMapper();
  private boolean open = true;

  /** Makes a context of the library. */
  public Nftables(LibNftables library) {
    this.library = library;
    context = library.nft_ctx_new(0);
    library.nft_ctx_buffer_output(context);
    library.nft_ctx_buffer_error(context);
    library.nft_ctx_output_set_flags(
        context, NFT_CTX_OUTPUT_JSON | NFT_CTX_OUTPUT_HANDLE | NFT_CTX_OUTPUT_STATELESS);
  }

  /**
   * Runs the commands as one transaction.
   *
   * @return the objects listed, in order; none if nothing was to be listed
   * @throws IOException with nft's own words if it was refused as a whole
   */
  public List<JsonNode> run(String operation, List<JsonNode> commands) throws IOException {
    var document = JsonNodeFactory.instance.objectNode();
    document.putArray("nftables").addAll(commands);
    return run(operation, document.toString());
  }

  /**
   * Runs commands as one transaction.
   *
   * @param commands as nft(8) reads them, or as libnftables-json(5) says
   * @return the objects listed, in order; none if nothing was to be listed
   * @throws IOException with nft's own words if it was refused as a whole
   */
  public List<JsonNode> run(String operation, String commands) throws IOException {
    int result = library.nft_run_cmd_from_buffer(context, commands);
    var output = library.nft_ctx_get_output_buffer(context);
    var error = library.nft_ctx_get_error_buffer(context);
    if (result != 0) {
      var text = error == null ? "" : error.strip().lines().findFirst().orElse("");
      throw new IOException(operation + ": " + (text.isEmpty() ? "refused" : text));
    }
    return output == null || output.isBlank() ? List.of() : objects(operation, output);
  }

  private List<JsonNode> objects(String operation, String output) throws IOException {
    try {
      var list = json.readTree(output).path("nftables");
      return list.isArray() ? list.valueStream().toList() : List.of(MissingNode.getInstance());
    } catch (JsonProcessingException e) {
      throw new IOException(operation + ": libnftables gave no JSON: " + e.getOriginalMessage(), e);
    }
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      library.nft_ctx_free(context);
    }
  }
}
