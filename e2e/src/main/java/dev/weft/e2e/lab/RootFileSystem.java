package dev.weft.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An image as {@code deploy/images/build --root NAME FOLDER} leaves it.
 *
 * @param folder the root file system; its OCI configuration is beside it, {@code FOLDER.json}
 * @param config the OCI configuration
 */
record RootFileSystem(Path folder, JsonNode config) implements Image {
  static RootFileSystem of(Path folder) {
    try {
      var file = folder.resolveSibling(folder.getFileName() + ".json");
      return new RootFileSystem(folder, new ObjectMapper().readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ContainerSpec.Mount files(boolean writable) {
    return new ContainerSpec.Mount("/", folder.toString(), "Directory", !writable);
  }

  @Override
  public List<String> entryPoint() {
    return config.path("Entrypoint").valueStream().map(JsonNode::asText).toList();
  }

  @Override
  public Map<String, String> environment() {
    var environment = new LinkedHashMap<String, String>();
    for (var variable : config.path("Env")) {
      var pair = variable.asText().split("=", 2);
      environment.put(pair[0], pair[1]);
    }
    return environment;
  }
}
