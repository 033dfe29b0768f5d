package dev.weft.cli.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects of the release before, and what they become: {@code new.yaml} and {@code notes.txt}. */
class ConvertCommandTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TempDir Path folder;

  static List<Path> cases() throws IOException {
    return Corpus.cases();
  }

  /** To write them anew: {@code -Dweft.golden.write=true}. */
  @ParameterizedTest
  @MethodSource("cases")
  void whatComesOutIsWhatWasCheckedIn(Path one) throws IOException {
    var run = Corpus.run(one.resolve("old.yaml"));
    if (Boolean.getBoolean("weft.golden.write")) {
      Files.writeString(one.resolve("new.yaml"), run.out());
      Files.writeString(one.resolve("notes.txt"), run.err());
    }
    assertEquals(Files.readString(one.resolve("new.yaml")), run.out());
    assertEquals(Files.readString(one.resolve("notes.txt")), run.err());
    assertEquals(run.err().contains("TO DO") ? 1 : 0, run.code());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsConvertedAlreadyStaysAsItIs(Path one) throws IOException {
    assertEquals(
        Files.readString(one.resolve("new.yaml")), Corpus.run(one.resolve("new.yaml")).out());
  }

  @ParameterizedTest
  @CsvSource({
    "overlay: None, false, true",
    "overlay: Flannel, true, false",
    "overlay: Calico, true, false",
    "overlay: Cilium, true, false",
    "'cni: {enabled: false}', false, false",
    "'{cni: {enabled: true}, overlay: Flannel}', true, false",
    "'{cni: {enabled: false}, overlay: None}', false, false",
    "podNetwork: External, true, false",
    "granularity: Full, false, true"
  })
  void aMeshAttachesPodsOrLeavesThemAsBefore(String spec, boolean beside, boolean attaches)
      throws IOException {
    var mesh = YAML.createObjectNode();
    mesh.put("apiVersion", "weft.dev/v1alpha1").put("kind", "WireGuardMesh");
    mesh.putObject("metadata").put("name", "weft");
    mesh.set("spec", YAML.readTree(spec));
    var converted = Conversion.of(List.of((JsonNode) mesh)).objects().getFirst().path("spec");
    assertTrue(converted.path("overlay").isMissingNode(), converted::toString);
    for (var one : List.of(mesh.path("spec"), converted)) {
      var read = YAML.convertValue(one, WireGuardMeshSpec.class);
      assertEquals(beside, read.besideOtherCni(), one::toString);
      assertEquals(attaches, read.attachesPods(), one::toString);
    }
  }

  @Test
  void aContradictionIsForAPersonToDecide() throws IOException {
    var run = run("spec: {addresses: [10.4.0.0/16], podNetwork: Weft, overlay: Calico}");
    assertEquals(1, run.code());
    assertTrue(run.err().contains("spec.overlay is Calico and spec.podNetwork Weft"), run.err());
    assertTrue(run.out().contains("podNetwork: Weft"), run.out());
  }

  @Test
  void fieldsThatTheApiLacksAreLeftOutAndNamed() throws IOException {
    var run =
        run(
            """
            spec:
              addresses: [10.4.0.0/16]
              failClosed: true
              allowedLocationCIDRs: [10.9.0.0/16]
              locations: [{name: a, zone: x, nodeSelector: {}}, {name: b, nodeSelector: {}, zone: y}]
            """);
    assertEquals(0, run.code(), run.err());
    assertFalse(run.out().contains("failClosed") || run.out().contains("zone"), run.out());
    for (var field :
        List.of("spec.failClosed", "spec.locations[0].zone", "spec.locations[1].zone")) {
      assertTrue(run.err().contains(field + " is no field"), run.err());
    }
  }

  @Test
  void whatIsNoManifestOfWeftsIsRefused() throws IOException {
    var file = folder.resolve("pod.yaml");
    Files.writeString(file, "{apiVersion: v1, kind: Pod, metadata: {name: a}}");
    var run = Corpus.run(file);
    assertEquals(2, run.code());
    assertTrue(run.err().contains("no object of weft.dev is there"), run.err());
    assertEquals(2, Corpus.run(folder.resolve("absent.yaml")).code());
  }

  private Corpus.Run run(String rest) throws IOException {
    var file = folder.resolve("mesh.yaml");
    Files.writeString(
        file,
        "apiVersion: weft.dev/v1alpha1\nkind: WireGuardMesh\nmetadata: {name: weft}\n" + rest);
    return Corpus.run(file);
  }
}
