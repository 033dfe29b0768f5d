package dev.weft.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import dev.weft.e2e.exec.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the chart's presets do with a cluster that has another CNI. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set by start()
final class OtherCniIT {
  private static final List<String> ATTACH = List.of("k3s", "kind", "kubeadm");
  private static final List<String> BESIDE =
      List.of("aks", "beside-cni", "eks", "gke", "k3s-flannel");

  @TempDir Path folder;
  private ApiServer server;

  @BeforeAll
  void start() throws IOException, InterruptedException {
    server = ApiServer.start();
    server.kubectl("apply", "-k", Charts.REPOSITORY.resolve("deploy/crds").toString());
    server.kubectl("wait", "crd", "--all", "--for=condition=Established", "--timeout=60s");
    server.kubectl("create", "namespace", "weft-system");
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void eachPresetIsOneOfBoth() {
    var presets =
        Charts.files(Charts.WEFT.resolve("presets"), ".yaml").stream()
            .map(f -> String.valueOf(f.getFileName()).replace(".yaml", ""))
            .sorted()
            .toList();
    var known = new ArrayList<>(ATTACH);
    known.addAll(BESIDE);
    assertEquals(known.stream().sorted().toList(), presets);
  }

  @Test
  void withoutAnotherCniEveryPresetInstalls() {
    ATTACH.forEach(preset -> install(preset).orThrow());
    BESIDE.forEach(preset -> install(preset).orThrow());
  }

  @Test
  void theDaemonSetOfACniIsSeen() throws IOException, InterruptedException {
    var names = List.of("kube-flannel-ds", "calico-node", "cilium", "aws-node", "kindnet");
    for (var name : names) {
      refused(
          """
          apiVersion: apps/v1
          kind: DaemonSet
          metadata: {name: %s, namespace: kube-system}
          spec:
            selector: {matchLabels: {app: cni}}
            template:
              metadata: {labels: {app: cni}}
              spec: {containers: [{name: none, image: none}]}
          """
              .formatted(name),
          "DaemonSet kube-system/" + name + " is another CNI");
    }
  }

  /** It runs in k3s's own process. */
  @Test
  void flannelInsideOfK3sIsSeen() throws IOException, InterruptedException {
    refused(
        """
        apiVersion: v1
        kind: Node
        metadata:
          name: server-1
          annotations: {flannel.alpha.coreos.com/backend-type: vxlan}
        """,
        "Node server-1 has flannel");
  }

  /** It stays on a Node when flannel is gone. */
  @Test
  void theMarkOfFlannelIsNoReasonWhereWeftAttachesPods() throws IOException, InterruptedException {
    var file = folder.resolve("mesh.yaml");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Node
        metadata:
          name: server-1
          annotations: {flannel.alpha.coreos.com/backend-type: vxlan}
        ---
        apiVersion: weft.dev/v1alpha1
        kind: WireGuardMesh
        metadata: {name: weft}
        spec: {addresses: [10.4.0.0/16]}
        """);
    server.kubectl("create", "-f", file.toString());
    try {
      ATTACH.forEach(p -> assertFalse(install(p).err().contains("has flannel"), p));
      server.kubectl(
          "patch", "wgm", "weft", "--type=merge", "-p", "{\"spec\":{\"podNetwork\":\"External\"}}");
      ATTACH.forEach(p -> assertTrue(install(p).err().contains("has flannel"), p));
    } finally {
      server.kubectl("delete", "-f", file.toString());
    }
  }

  private void refused(String manifest, String says) throws IOException, InterruptedException {
    var file = folder.resolve("cni.yaml");
    Files.writeString(file, manifest);
    server.kubectl("create", "-f", file.toString());
    try {
      for (var preset : ATTACH) {
        var output = install(preset);
        assertTrue(!output.ok() && output.err().contains(says), () -> preset + output.err());
        assertTrue(output.err().contains("set mesh.spec.podNetwork=External"), output::err);
        install(preset, "mesh.replaceOtherCNI=true").orThrow();
        install(preset, "mesh.spec.podNetwork=External").orThrow();
      }
      for (var preset : BESIDE) {
        install(preset).orThrow();
        assertTrue(!install(preset, "mesh.spec.podNetwork=Weft,mesh.spec.cni.enabled=true").ok());
      }
      assertTrue(!install("kubeadm", "mesh.spec.podNetwork=null").ok(), "Weft is the default");
      install("kubeadm", "mesh.spec.podNetwork=null,mesh.spec.overlay=Flannel").orThrow();
    } finally {
      server.kubectl("delete", "-f", file.toString());
    }
  }

  /** With the API server's eyes, but without its writing anything. */
  private Output install(String preset, String... settings) {
    var client = server.admin().getConfiguration();
    var arguments =
        new ArrayList<>(
            List.of(
                "install",
                "weft",
                "helm/weft",
                "-n",
                "weft-system",
                "--dry-run=server",
                "--kube-apiserver=" + client.getMasterUrl(),
                "--kube-insecure-skip-tls-verify",
                "--kube-token=" + client.getOauthToken(),
                "-f",
                "helm/weft/presets/" + preset + ".yaml"));
    for (var setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return Charts.helm(arguments.toArray(String[]::new));
  }
}
