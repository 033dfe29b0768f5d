package dev.weft.e2e.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The part of controllers and kubelets, for pods on the hosts' network: makes the Pod object of an
 * installed workload, and prepares its container exactly as the template says, with a token that is
 * bound to that Pod. What was prepared is kept on the machine: it starts again without API server.
 */
final class Kubelet {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LabDirectory directory;
  private final Kubectl kubectl;

  Kubelet(LabDirectory directory, Kubectl kubectl) {
    this.directory = directory;
    this.kubectl = kubectl;
  }

  /**
   * A pod that runs on a machine.
   *
   * @param machine whose network it uses
   * @param node the Node it is bound to; empty: none, as on the control plane's machine
   * @param address of the machine
   * @param api host of the Service kubernetes, as kube-proxy would lead to it
   */
  record Assignment(String machine, String pod, String node, String address, String api) {}

  /**
   * Prepares a workload's pod, unless it was before.
   *
   * @param installed reads the workload; asked only if it must be, for the API server may be away
   */
  ContainerSpec prepare(Supplier<JsonNode> installed, Assignment assignment) {
    var file = file(assignment);
    try {
      if (Files.exists(file)) {
        return JSON.readValue(file.toFile(), ContainerSpec.class);
      }
      var workload = installed.get();
      var template = workload.at("/spec/template");
      var namespace = workload.at("/metadata/namespace").asText();
      var pod = create(workload, assignment);
      var facts = new LinkedHashMap<String, String>();
      facts.put("spec.nodeName", assignment.node());
      facts.put("metadata.name", assignment.pod());
      facts.put("metadata.namespace", namespace);
      facts.put("metadata.uid", pod.at("/metadata/uid").asText());
      facts.put("status.hostIP", assignment.address());
      facts.put("status.podIP", assignment.address());
      var kubelet =
          Map.of(
              "PATH",
              "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
              "HOSTNAME",
              assignment.machine(),
              "KUBERNETES_SERVICE_HOST",
              assignment.api(),
              "KUBERNETES_SERVICE_PORT",
              String.valueOf(ControlPlane.API_PORT));
      var container = ContainerSpec.of(template, facts, kubelet);
      if (container.token()) {
        writeSecrets(pod, assignment);
      }
      JSON.writeValue(file.toFile(), container);
      return container;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets a pod, so that the next is made from what is installed then. */
  void forget(Assignment assignment) {
    try {
      Files.deleteIfExists(file(assignment));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder with a pod's token, as it is mounted. */
  Path secrets(Assignment assignment) {
    return machine(assignment).resolve("secrets-" + assignment.pod());
  }

  private Path machine(Assignment assignment) {
    return directory.root().resolve("machines").resolve(assignment.machine());
  }

  private Path file(Assignment assignment) {
    return machine(assignment).resolve("pod-" + assignment.pod() + ".container");
  }

  /**
   * Makes the Pod object, in place of one that was there before, and says that it runs; nobody
   * probes it.
   */
  private JsonNode create(JsonNode workload, Assignment assignment) throws IOException {
    var namespace = workload.at("/metadata/namespace").asText();
    var pods = "/api/v1/namespaces/%s/pods".formatted(namespace);
    kubectl
        .run(
            "delete",
            "pod",
            assignment.pod(),
            "--namespace=" + namespace,
            "--ignore-not-found",
            "--grace-period=0",
            "--force")
        .orThrow();
    ObjectNode pod = JSON.createObjectNode();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = workload.at("/spec/template/metadata").deepCopy();
    metadata.put("name", assignment.pod()).put("namespace", namespace);
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", workload.path("apiVersion").asText())
        .put("kind", workload.path("kind").asText())
        .put("name", workload.at("/metadata/name").asText())
        .put("uid", workload.at("/metadata/uid").asText())
        .put("controller", true);
    pod.set("metadata", metadata);
    ObjectNode spec = workload.at("/spec/template/spec").deepCopy();
    if (!assignment.node().isEmpty()) {
      spec.put("nodeName", assignment.node());
    }
    pod.set("spec", spec);
    var made = (ObjectNode) JSON.readTree(post(pods, pod));
    var status = made.putObject("status");
    status.put("phase", "Running").put("hostIP", assignment.address());
    status.put("podIP", assignment.address());
    status.putArray("podIPs").addObject().put("ip", assignment.address());
    var path = "%s/%s/status".formatted(pods, assignment.pod());
    kubectl.input(made.toString(), "replace", "--raw", path, "-f", "-").orThrow();
    return made;
  }

  private void writeSecrets(JsonNode pod, Assignment assignment) throws IOException {
    var folder = Files.createDirectories(secrets(assignment));
    var namespace = pod.at("/metadata/namespace").asText();
    Files.copy(
        directory.root().resolve("pki/ca.crt"),
        folder.resolve("ca.crt"),
        StandardCopyOption.REPLACE_EXISTING);
    folder.resolve("ca.crt").toFile().setReadable(true, false);
    Files.writeString(folder.resolve("namespace"), namespace);
    var draft = folder.resolve("token.draft");
    Files.writeString(draft, token(pod, namespace));
    Files.move(draft, folder.resolve("token"), StandardCopyOption.ATOMIC_MOVE);
  }

  private String token(JsonNode pod, String namespace) throws JsonProcessingException {
    ObjectNode request = JSON.createObjectNode();
    request.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
    var spec = request.putObject("spec").put("expirationSeconds", 604_800);
    spec.putArray("audiences").add("https://kubernetes.default.svc");
    spec.putObject("boundObjectRef")
        .put("kind", "Pod")
        .put("apiVersion", "v1")
        .put("name", pod.at("/metadata/name").asText())
        .put("uid", pod.at("/metadata/uid").asText());
    var path =
        "/api/v1/namespaces/%s/serviceaccounts/%s/token"
            .formatted(namespace, pod.at("/spec/serviceAccountName").asText());
    return JSON.readTree(post(path, request)).at("/status/token").asText();
  }

  private String post(String path, JsonNode object) {
    return kubectl.input(object.toString(), "create", "--raw", path, "-f", "-").orThrow();
  }
}
