package dev.weft.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PlanCommandTest {
  private record Run(int code, String out, String err) {}

  @Test
  void aKiloClusterIsPlannedAsText() throws IOException {
    var run = run("-f", resource("kilo-three-clouds.yaml").toString());
    assertEquals(Files.readString(resource("kilo-three-clouds.txt")), run.out());
    assertEquals(1, run.code()); // the Peer named bad
  }

  @Test
  void theJsonKeepsItsShape() throws IOException {
    var json = new ObjectMapper();
    var run = run("-o", "json", "-f", resource("kilo-three-clouds.yaml").toString());
    assertEquals(
        json.readTree(Files.readString(resource("kilo-three-clouds.json"))),
        json.readTree(run.out()));
  }

  /** The operator reads the same slice in EndpointNamesTest, and the planner is the same. */
  @Test
  void whatCoversTheApiServerIsFoundAsByTheOperator(@TempDir Path folder) throws IOException {
    var file = folder.resolve("cluster.yaml");
    var slice = Files.readString(resource("kubernetes-endpointslice.yaml"));
    var cluster =
        """
        apiVersion: weft.dev/v1alpha1
        kind: WireGuardMesh
        metadata: {name: mesh}
        spec: {addresses: [10.4.0.0/16]}
        ---
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: vpn}
        spec:
          publicKey: S1qRR+1ODjWqxTSiS0I5LrLBBfpLGDyAPfAGBqlW4Fo=
          allowedIPs: [172.20.0.0/16]
        ---
        """;
    Files.writeString(file, cluster + slice);
    var run = run("-f", file.toString());
    assertTrue((run.out() + run.err()).contains("172.20.9.9/32"), run.out() + run.err());
    for (var other :
        new String[] {
          slice.replace("namespace: default", "namespace: other"),
          slice.replace(" name: kubernetes", " name: kubernetes-x7k2p")
        }) {
      Files.writeString(file, cluster + other);
      var nothing = run("-f", file.toString());
      assertFalse((nothing.out() + nothing.err()).contains("172.20.9.9"), nothing.out());
    }
  }

  @Test
  void anExampleWithoutFaultsExitsWithZero(@TempDir Path folder) throws IOException {
    var all = Files.readString(resource("kilo-three-clouds.yaml"));
    var good = folder.resolve("good.yaml");
    Files.writeString(good, all.substring(0, all.lastIndexOf("---")));
    var run = run("-f", good.toString());
    assertEquals(0, run.code(), run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WireGuardMesh/mesh spec.granularity | 'Fulll' is not one of Location, Full, Cross",
        "Peer/p spec.allowedIPs | has the wrong type; it is a list",
        "Peer/q spec.unknown | there is no such field",
        "Peer/r spec.endpoint.port | is absent",
        "Node/ metadata.name | is absent",
        "NodeReport/ghost spec.devices[0].listenPort | is absent"
      })
  void eachFaultIsOneLineWithObjectFieldAndValue(String object, String message) {
    var run = run("-f", resource("bad.yaml").toString());
    assertEquals(1, run.code());
    assertTrue(
        run.out().lines().anyMatch(l -> l.contains(object + ": ") && l.contains(message)),
        run.out());
    assertFalse(run.out().contains("Exception") || run.out().contains("java."), run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: b: c", "- 1", "just text", "{", "a: &x [*x]", "\"\\u0000"})
  void aFileThatHoldsNoObjectsIsOneLineAndExitsWithTwo(String content, @TempDir Path folder)
      throws IOException {
    var file = folder.resolve("odd.yaml");
    Files.writeString(file, content, StandardCharsets.UTF_8);
    var run = run("-f", file.toString());
    if (run.code() == 2) {
      assertEquals(1, run.err().lines().count(), run.err());
      assertTrue(run.err().startsWith("weft: " + file), run.err());
    } else {
      assertEquals(0, run.code(), run.err()); // YAML of other kinds: nothing to plan
      assertEquals("no nodes\n", run.out());
    }
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    var run = run("-f", "nowhere.yaml");
    assertEquals(2, run.code());
    assertEquals(
        List.of(
            "weft: nowhere.yaml: can't be read (NoSuchFileException); name a file of manifests, or - for standard input"),
        run.err().lines().toList());
  }

  @Test
  void aChangeIsToldByNodeAndFlow(@TempDir Path folder) throws IOException {
    var peer = folder.resolve("new.yaml");
    Files.writeString(
        peer,
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: laptop}
        spec: {publicKey: Ka6xh+lhmtZnHIKbwp5IGxRNUfKkNWFOLKhQX3Cz0kc=, allowedIPs: [10.9.0.1/32]}
        """);
    var cluster = resource("kilo-three-clouds.yaml").toString();
    var run = run("-f", peer.toString(), "--from", cluster);
    assertEquals(0, run.code(), run.out());
    assertTrue(
        run.out()
            .contains("+ peer Ka6xh+lhmtZnHIKbwp5IGxRNUfKkNWFOLKhQX3Cz0kc= allowed 10.9.0.1/32"),
        run.out());
    assertFalse(run.out().contains("interrupted"), run.out());
    assertEquals("no node would change\n", run("-f", cluster, "--from", cluster).out());
  }

  private static Path resource(String name) {
    return Path.of("src/test/resources/plan", name);
  }

  private static Run run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var command =
        Main.withErrors(
            new CommandLine(new PlanCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err)));
    int code = command.execute(arguments);
    return new Run(code, out.toString(), err.toString());
  }
}
