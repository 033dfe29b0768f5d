package dev.weft.cli.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cli.InputException;
import dev.weft.mesh.cluster.AccessState;
import dev.weft.mesh.problem.Problem;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
  private static final String PEER =
      """
      {"apiVersion": "weft.dev/v1alpha1", "kind": "Peer", "metadata": {"name": "%s"}, "spec": {}}
      """;

  @Test
  void aDumpOfThousandsOfObjectsIsRead() {
    var text =
        "apiVersion: v1\nkind: List\nitems:\n"
            + IntStream.range(0, 4000)
                .mapToObj(
                    i ->
                        "- {apiVersion: v1, kind: Pod, metadata: {name: p%d}, status: {x: %s}}\n"
                            .formatted(i, "y".repeat(1000)))
                .collect(Collectors.joining());
    assertTrue(text.length() > 4 << 20);
    assertEquals(4000, read(text).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\t\"apiVersion\": \"v1\",\n\t\"kind\": \"Node\"\n}",
        "{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"a\": \"registry\\/x\"}",
        "{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"a\": \"\u007f\u0085\"}",
        "\uFEFF{\"apiVersion\": \"v1\", \"kind\": \"Node\"}",
        "{apiVersion: v1, kind: Node}",
        "---\n{apiVersion: v1, kind: Node}\n---\n",
      })
  void allJsonIsReadAndFlowYamlToo(String text) {
    assertEquals(List.of("Node"), read(text).stream().map(ManifestObject::kind).toList());
  }

  @Test
  void jsonObjectsMayFollowOneAnother() {
    assertEquals(
        List.of("a", "b"),
        read(PEER.formatted("a") + PEER.formatted("b")).stream()
            .map(ManifestObject::name)
            .toList());
  }

  @Test
  void anchorsAndMergeKeysAreReadAsKubectlReadsThem() {
    var read =
        read("""
                x: &all {a: 1, b: [one]}
                y: &more {c: true}
                merged: {<<: *all, b: two}
                several: {<<: [*more, *all], d: ~}
                again: *all
                quoted: {"<<": text}
                """)
            .getFirst()
            .json();
    assertEquals("{\"b\":\"two\",\"a\":1}", read.path("merged").toString());
    assertEquals(
        "{\"d\":null,\"c\":true,\"a\":1,\"b\":[\"one\"]}", read.path("several").toString());
    assertEquals(read.path("x"), read.path("again"));
    assertEquals("{\"<<\":\"text\"}", read.path("quoted").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 1",
        "'\"1\"' | \"1\"",
        "!!str 1 | \"1\"",
        "yes | \"yes\"",
        "true | true",
        "2026-01-02T03:04:05Z | \"2026-01-02T03:04:05Z\"",
        "010 | \"010\"",
        "0x10 | \"0x10\"",
        "1:30 | \"1:30\"",
        "1.5 | 1.5",
        "null | null",
      })
  void scalarsHaveTheTypesOfJson(String yaml, String json) {
    assertEquals(json, read("kind: x\na: " + yaml + "\n").getFirst().json().path("a").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: 1;b: {c: 1, c: 2} | line 2, column 11: 'c' stands a second time; keep one",
        "{\"a\": 1, \"a\": 2} | line 1, column 13: Duplicate field 'a'",
        "a: &x [*x] | line 1, column 4: an anchor holds itself",
        "a: &x {<<: *x} | an anchor holds itself",
        "<<: text | line 1, column 5: what << merges is no mapping",
        "? [a];: b | a key is no text",
        "a: b: c | neither YAML nor JSON at line 1, column 5",
      })
  void whatMayMeanTwoThingsIsRefusedWithItsPlace(String yaml, String message) {
    var refused = assertThrows(InputException.class, () -> read(yaml.replace(';', '\n')));
    var said = String.valueOf(refused.getMessage());
    assertTrue(said.contains(message), said);
    assertEquals(1, said.lines().count());
  }

  @Test
  void anchorsThatGrowWithoutEndAreRefused() {
    var text =
        "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
            + IntStream.range(1, 12)
                .mapToObj(
                    i ->
                        "a%1$d: &a%1$d [*a%2$d,*a%2$d,*a%2$d,*a%2$d,*a%2$d,*a%2$d,*a%2$d]\n"
                            .formatted(i, i - 1))
                .collect(Collectors.joining());
    var refused = assertThrows(InputException.class, () -> read(text));
    assertTrue(String.valueOf(refused.getMessage()).contains("anchors make the text"));
  }

  @Test
  void anUnknownFieldIsNamedByItsPath() {
    var problems =
        SnapshotReader.read(
                read(
                    """
                    apiVersion: weft.dev/v1alpha1
                    kind: WireGuardMesh
                    metadata: {name: m}
                    spec:
                      podCidrs: [10.42.0.0/16]
                      Device: {mtu: 1400}
                      device: {MTU: 1400, extra: {a: [1, {b: 2}]}}
                      egress: [{name: x, to: [0.0.0.0/0], vie: []}]
                    """),
                AccessState.UNKNOWN,
                0)
            .problems();
    assertEquals(
        List.of(
            "spec.podCidrs",
            "spec.Device",
            "spec.device.MTU",
            "spec.device.extra",
            "spec.egress[0].to",
            "spec.egress[0].vie"),
        problems.stream()
            .filter(p -> p.reason().equals("UnknownField"))
            .map(Problem::field)
            .toList());
  }

  @ParameterizedTest
  @CsvSource({"'True', fine, false", "'False', node is shutting down, true"})
  void aNodeThatShutsDownLeavesAsACordonedOneDoes(String status, String message, boolean leaves) {
    var text =
        """
        apiVersion: v1
        kind: Node
        metadata: {name: a}
        status: {conditions: [{type: Ready, status: "%s", message: "%s"}]}
        """
            .formatted(status, message);
    var state = SnapshotReader.read(read(text), AccessState.UNKNOWN, 0).state();
    assertEquals(leaves, state.snapshot().nodes().getFirst().isCordoned());
  }

  private static List<ManifestObject> read(String text) {
    return ManifestReader.read(
        List.of("-"), new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }
}
