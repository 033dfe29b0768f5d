package dev.weft.api.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.schema.Crds;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects that a release's CRDs accepted are still accepted, whole. */
final class ReleasedCrdsTest {
  private static final Path RELEASED = Path.of("src", "test", "resources", "released");

  /** Narrowings of the alpha that the release notes name, by CRD. */
  private static final Map<String, List<String>> DELIBERATE =
      Map.of(
          // ADR 112: a default that can't be changed later is a trap. Stored objects have the
          // field.
          "weft.dev_wireguardmeshes.yaml",
          List.of(
              "WireGuardMesh.v1alpha1.spec: is now required",
              "WireGuardMesh.v1alpha1.spec.addresses: is now required"));

  static Stream<String> releases() throws IOException {
    try (var folders = Files.list(RELEASED)) {
      return folders.map(f -> String.valueOf(f.getFileName())).sorted().toList().stream();
    }
  }

  @Test
  void thereIsARelease() throws IOException {
    assertTrue(releases().findAny().isPresent());
  }

  @ParameterizedTest
  @MethodSource("releases")
  void nothingThatWasValidIsRefusedOrLost(String release) throws IOException {
    var now = Crds.checkedIn();
    for (var entry : crds(release).entrySet()) {
      var crd =
          Objects.requireNonNull(
              now.get(entry.getKey()), () -> entry.getKey() + " of " + release + " is gone");
      assertEquals(
          DELIBERATE.getOrDefault(entry.getKey(), List.of()),
          Narrowing.of(entry.getValue(), crd),
          "since " + release);
    }
  }

  @Test
  void eachKindOfNarrowingIsFound() throws IOException {
    assertFound("is gone", spec -> spec.getProperties().remove("disabled"));
    assertFound("type", spec -> field(spec, "disabled").setType("string"));
    assertFound("maxItems", spec -> field(spec, "allowedIPs").setMaxItems(63L));
    assertFound("is now required", spec -> spec.setRequired(List.of("allowedIPs")));
    assertFound("pattern", spec -> field(spec, "location").setPattern("^x$"));
  }

  private static void assertFound(String words, Consumer<JSONSchemaProps> change)
      throws IOException {
    var before = peers();
    var after = peers();
    var version = after.getSpec().getVersions().getFirst();
    change.accept(version.getSchema().getOpenAPIV3Schema().getProperties().get("spec"));
    var found = Narrowing.of(before, after);
    assertFalse(found.isEmpty(), words);
    assertTrue(found.getFirst().contains(words), found::toString);
  }

  private static CustomResourceDefinition peers() throws IOException {
    return Objects.requireNonNull(
        crds(releases().findFirst().orElseThrow()).get("weft.dev_peers.yaml"));
  }

  private static JSONSchemaProps field(JSONSchemaProps schema, String name) {
    return Objects.requireNonNull(schema.getProperties().get(name), name);
  }

  private static Map<String, CustomResourceDefinition> crds(String release) throws IOException {
    var crds = new TreeMap<String, CustomResourceDefinition>();
    try (var files = Files.list(RELEASED.resolve(release))) {
      for (var file : files.toList()) {
        crds.put(String.valueOf(file.getFileName()), Crds.parse(Files.readString(file)));
      }
    }
    return crds;
  }
}
