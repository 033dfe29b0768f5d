package dev.weft.api.schema;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The CRDs, generated from the API types and as checked in under {@code deploy/crds}. */
public final class Crds {
  static final Path DIRECTORY = Path.of("..", "deploy", "crds");
  static final List<Class<? extends HasMetadata>> TYPES =
      List.of(WireGuardMesh.class, WireGuardNode.class, NodeReport.class, Peer.class);
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  private Crds() {}

  /** Finished CRDs by file name, such as {@code weft.dev_peers.yaml}. */
  static Map<String, CustomResourceDefinition> generated() {
    var raw = new TreeMap<String, ByteArrayOutputStream>();
    new CRDGenerator()
        .withOutput(
            new CRDGenerator.CRDOutput<OutputStream>() {
              @Override
              public OutputStream outputFor(String crdName) {
                return raw.computeIfAbsent(crdName, name -> new ByteArrayOutputStream());
              }

              @Override
              public java.net.URI crdURI(String crdName) {
                return java.net.URI.create("file:///" + crdName);
              }

              @Override
              public void close() {}
            })
        .withParallelGenerationEnabled(false)
        .customResourceClasses(TYPES)
        .forCRDVersions("v1")
        .generate();
    var crds = new TreeMap<String, CustomResourceDefinition>();
    raw.forEach(
        (name, bytes) -> {
          var crd =
              YAML.unmarshal(
                  bytes.toString(StandardCharsets.UTF_8), CustomResourceDefinition.class);
          var kind = crd.getSpec().getNames().getKind();
          for (var type : TYPES) {
            if (type.getSimpleName().equals(kind)) {
              SchemaFinish.finish(crd, type);
            }
          }
          crds.put("weft.dev_" + crd.getSpec().getNames().getPlural() + ".yaml", crd);
        });
    return crds;
  }

  static String yaml(CustomResourceDefinition crd) {
    return "# Generated from the types in crds/; do not edit. To make it anew:\n"
        + "# mvn -pl crds test -Dtest=CrdYamlTest -Dweft.crds.write=true\n"
        + YAML.asYaml(crd);
  }

  /** A CRD from its YAML. */
  public static CustomResourceDefinition parse(String yaml) {
    return YAML.unmarshal(yaml, CustomResourceDefinition.class);
  }

  /** CRDs as checked in, by file name. */
  public static Map<String, CustomResourceDefinition> checkedIn() {
    var crds = new TreeMap<String, CustomResourceDefinition>();
    try (var files = Files.list(DIRECTORY)) {
      for (var file : files.filter(f -> f.toString().endsWith("s.yaml")).toList()) {
        var text = Files.readString(file);
        crds.put(String.valueOf(file.getFileName()), parse(text));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return crds;
  }
}
