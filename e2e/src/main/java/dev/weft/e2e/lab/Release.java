package dev.weft.e2e.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weft.e2e.exec.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Weft as an administrator installs it: the charts {@code weft-crds} and {@code weft}. */
public final class Release {
  /** The operator's namespace. */
  public static final String SYSTEM = "weft-system";

  /** The agents' namespace. */
  public static final String AGENTS = "weft-agents";

  private static final YAMLMapper YAML = new YAMLMapper();

  private final LabDirectory directory;
  private final Path repository;
  private final Helm helm;
  private final Kubectl kubectl;

  Release(LabDirectory directory, Inventory inventory, Helm helm, Kubectl kubectl) {
    this.directory = directory;
    this.repository = Path.of(inventory.repository());
    this.helm = helm;
    this.kubectl = kubectl;
  }

  /**
   * Installs both charts.
   *
   * @param mesh the mesh's manifest, whose name and spec become values
   * @param created whether the chart makes that mesh
   */
  void install(String mesh, boolean created) {
    write(mesh, created);
    installCrds();
    installAgain();
  }

  /** Installs the chart of the CRDs. */
  public void installCrds() {
    crds("install", "--create-namespace");
  }

  /** Upgrades the chart of the CRDs, which makes those that are missing. */
  public void upgradeCrds() {
    crds("upgrade");
  }

  private void crds(String verb, String... more) {
    var args =
        new ArrayList<>(List.of(verb, "weft-crds", chart("weft-crds"), "--namespace=" + SYSTEM));
    args.addAll(Arrays.asList(more));
    helm.run(args.toArray(String[]::new)).orThrow();
    kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s").orThrow();
  }

  /** Installs the chart {@code weft} with the values that the lab has, as in an empty cluster. */
  public void installAgain() {
    helm("install").orThrow();
  }

  /** Upgrades the chart {@code weft}, with the lab's values and these on top. */
  public Output upgrade(String... more) {
    return helm("upgrade", more);
  }

  /** Removes both releases; what their objects say is to be kept stays. */
  public void uninstall() {
    helm.run("uninstall", "weft", "-n", SYSTEM).orThrow();
    helm.run("uninstall", "weft-crds", "-n", SYSTEM).orThrow();
  }

  private Output helm(String verb, String... more) {
    var args =
        new ArrayList<>(
            List.of(
                verb,
                "weft",
                chart("weft"),
                "-n",
                SYSTEM,
                "-f",
                values().toString(),
                "--no-hooks"));
    args.addAll(Arrays.asList(more));
    return helm.run(args.toArray(String[]::new));
  }

  private String chart(String name) {
    return repository.resolve("helm").resolve(name).toString();
  }

  private Path values() {
    return directory.root().resolve("values.yaml");
  }

  /** The lab has one operator, and runs wireguard-go where its kernel has no WireGuard. */
  private void write(String mesh, boolean created) {
    try {
      var manifest = YAML.readTree(mesh);
      ObjectNode values = new ObjectMapper().createObjectNode();
      values.putObject("operator").put("replicas", 1);
      values.putObject("userspace").put("enabled", true);
      var wanted = values.putObject("mesh");
      wanted.put("create", created);
      wanted.put("name", manifest.at("/metadata/name").asText());
      wanted.set("spec", manifest.path("spec"));
      Files.writeString(values(), YAML.writeValueAsString(values));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
