package dev.weft.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container as a pod template has it, with what kubelet fills in.
 *
 * @param name the container's, in its pod
 * @param command in place of the image's entry point; empty: that
 * @param args with variables put in
 * @param environment what the template sets, over what kubelet does
 * @param user numeric; 0: root
 * @param capabilities what is added to none, such as {@code NET_ADMIN}
 * @param readOnlyRoot whether only what is mounted writable can be written
 * @param mounts in order
 * @param token whether the ServiceAccount's token is mounted
 */
record ContainerSpec(
    String name,
    List<String> command,
    List<String> args,
    Map<String, String> environment,
    int user,
    List<String> capabilities,
    boolean readOnlyRoot,
    List<Mount> mounts,
    boolean token) {
  /** Where programs look for their ServiceAccount's token. */
  static final String TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

  private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Za-z_][A-Za-z0-9_]*)\\)");

  /**
   * A volume in a container.
   *
   * @param at where it is seen
   * @param hostPath the node's; empty: an empty folder of the pod's own
   * @param type of the host path, as Kubernetes names it
   */
  record Mount(String at, String hostPath, String type, boolean readOnly) {}

  /**
   * The only container of a pod template.
   *
   * @param template {@code spec.template} of a workload
   * @param facts by field path, what {@code fieldRef} leads to
   * @param kubelet the environment that kubelet gives to every container
   */
  static ContainerSpec of(
      JsonNode template, Map<String, String> facts, Map<String, String> kubelet) {
    var pod = template.path("spec");
    var container = pod.at("/containers/0");
    var security = container.path("securityContext");
    if (!pod.path("hostNetwork").asBoolean()
        || security.path("privileged").asBoolean()
        || !strings(security.at("/capabilities/drop")).equals(List.of("ALL"))) {
      throw new IllegalArgumentException(
          container.path("name").asText()
              + ": the lab runs containers with hostNetwork that drop ALL capabilities alone");
    }
    var environment = new LinkedHashMap<>(kubelet);
    for (var variable : container.path("env")) {
      var field = variable.at("/valueFrom/fieldRef/fieldPath").asText();
      var value = field.isEmpty() ? variable.path("value").asText() : fact(facts, field);
      environment.put(variable.path("name").asText(), expand(value, environment));
    }
    return new ContainerSpec(
        container.path("name").asText(),
        strings(container.path("command")).stream().map(a -> expand(a, environment)).toList(),
        strings(container.path("args")).stream().map(a -> expand(a, environment)).toList(),
        environment,
        security.path("runAsUser").asInt(pod.at("/securityContext/runAsUser").asInt()),
        strings(security.at("/capabilities/add")),
        security.path("readOnlyRootFilesystem").asBoolean(),
        mounts(pod, container),
        pod.path("automountServiceAccountToken").asBoolean(true)
            || pod.path("volumes").valueStream().anyMatch(ContainerSpec::isToken));
  }

  private static String fact(Map<String, String> facts, String field) {
    var value = facts.get(field);
    if (value == null) {
      throw new IllegalArgumentException("fieldPath " + field + " isn't known to the lab");
    }
    return value;
  }

  /** The volume that a template has in place of the token that is mounted unasked. */
  private static boolean isToken(JsonNode volume) {
    return volume
        .at("/projected/sources")
        .valueStream()
        .anyMatch(s -> s.has("serviceAccountToken"));
  }

  private static List<Mount> mounts(JsonNode pod, JsonNode container) {
    var mounts = new ArrayList<Mount>();
    for (var mount : container.path("volumeMounts")) {
      var name = mount.path("name").asText();
      var volume =
          pod.path("volumes")
              .valueStream()
              .filter(v -> v.path("name").asText().equals(name))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("no volume is named " + name));
      if (isToken(volume)) {
        if (!mount.path("mountPath").asText().equals(TOKEN_PATH)) {
          throw new IllegalArgumentException("the lab mounts tokens at " + TOKEN_PATH + " alone");
        }
        continue; // made by the lab's kubelet, as where a token is mounted unasked
      }
      mounts.add(
          new Mount(
              mount.path("mountPath").asText(),
              volume.at("/hostPath/path").asText(),
              volume.at("/hostPath/type").asText(),
              mount.path("readOnly").asBoolean()));
    }
    return mounts;
  }

  /** Puts variables in, as kubelet does; what isn't set stays as it is written. */
  private static String expand(String text, Map<String, String> environment) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(environment.getOrDefault(match.group(1), match.group())));
  }

  private static List<String> strings(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }
}
