package dev.weft.e2e.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** What kubelets tell the API server of pods that the CNI attached. */
final class PodObjects {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Kubectl kubectl;

  PodObjects(Kubectl kubectl) {
    this.kubectl = kubectl;
  }

  /** Makes the Pod object, in place of one that was there before, and says that it runs. */
  void make(PodName pod, List<String> addresses, String namespace, Map<String, String> labels) {
    var name = pod.node() + "-" + pod.pod();
    kubectl
        .run("delete", "pod", name, "--namespace=" + namespace, "--ignore-not-found", "--force")
        .orThrow();
    ObjectNode object = JSON.createObjectNode();
    object.put("apiVersion", "v1").put("kind", "Pod");
    var metadata = object.putObject("metadata").put("name", name).put("namespace", namespace);
    labels.forEach(metadata.putObject("labels")::put);
    var spec = object.putObject("spec").put("nodeName", pod.node());
    spec.putArray("containers").addObject().put("name", "echo").put("image", "example.org/echo:1");
    kubectl.apply(object.toString());
    ObjectNode status = JSON.createObjectNode();
    var running =
        status.putObject("status").put("phase", "Running").put("podIP", addresses.getFirst());
    var all = running.putArray("podIPs");
    addresses.forEach(address -> all.addObject().put("ip", address));
    kubectl
        .run(
            "patch",
            "pod",
            name,
            "--namespace=" + namespace,
            "--subresource=status",
            "--type=merge",
            "-p",
            status.toString())
        .orThrow();
  }
}
