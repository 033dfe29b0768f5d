package dev.weft.e2e.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A container as the lab's {@code container-init} sets it up.
 *
 * @param spec what its pod says
 * @param secrets the folder with its ServiceAccount's token; empty: none
 * @param image the environment that its image would have
 * @param program its image's files
 */
record ContainerSetup(
    ContainerSpec spec, String secrets, Map<String, String> image, ContainerSpec.Mount program) {

  /** What {@code container-init} reads. */
  List<String> lines() {
    var lines = new ArrayList<String>();
    if (!secrets.isEmpty()) {
      lines.add("secrets " + secrets);
    }
    lines.add(program.at().equals("/") ? "root " + program.hostPath() : bind(program));
    for (var mount : spec.mounts()) {
      lines.add(mount.hostPath().isEmpty() ? "empty " + mount.at() : bind(mount));
    }
    if (spec.readOnlyRoot()) {
      lines.add("readonly");
    }
    lines.add("user " + spec.user());
    spec.capabilities().forEach(c -> lines.add("capability " + c));
    var environment = new LinkedHashMap<>(image);
    environment.putAll(spec.environment());
    environment.forEach((name, value) -> lines.add("env " + name + "=" + value));
    return lines;
  }

  /** The program and its arguments; the pod's command wins over the image's entry point. */
  List<String> argv(List<String> entryPoint) {
    var argv = new ArrayList<>(entryPoint);
    argv.addAll(spec.args());
    return argv;
  }

  private static String bind(ContainerSpec.Mount mount) {
    return "bind %s %s %s %s"
        .formatted(mount.hostPath(), mount.at(), mount.readOnly() ? "ro" : "rw", mount.type());
  }
}
