package dev.weft.e2e.cluster;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weft.e2e.lab.CloudSpec;
import dev.weft.e2e.lab.NodeSpec;
import dev.weft.e2e.lab.Topology;
import dev.weft.mesh.net.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * What a cluster is made of, as its YAML file says it.
 *
 * @param topology its clouds and nodes; the first node of the control plane's cloud runs the
 *     control plane; {@code podsPerNode} and {@code mesh} are not used
 * @param advertise which address of the API server the Service {@code kubernetes} leads to
 * @param proxy kube-proxy's mode
 * @param distribution whose layout and preset it has; absent: kubeadm's
 * @param values of the chart {@code weft}, over those of the distribution's preset
 */
public record ClusterSpec(
    String name,
    Topology topology,
    Advertise advertise,
    String proxy,
    Distribution distribution,
    JsonNode values) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public ClusterSpec {
    distribution = distribution == null ? Distribution.KUBEADM : distribution;
  }

  /** Which address an API server advertises. */
  public enum Advertise {
    /** That of its node inside its own cloud. */
    @JsonProperty("Internal")
    INTERNAL,
    /** That of its node on the internet. */
    @JsonProperty("Public")
    PUBLIC
  }

  /** Reads a cluster's file. */
  public static ClusterSpec read(Path file) {
    var mapper =
        YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    try {
      return mapper.readValue(file.toFile(), ClusterSpec.class);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /** The same with another address of the API server. */
  public ClusterSpec advertising(Advertise other) {
    return new ClusterSpec(name, topology, other, proxy, distribution, values);
  }

  /** The same with kube-proxy in another mode. */
  public ClusterSpec withProxy(String mode) {
    return new ClusterSpec(name, topology, advertise, mode, distribution, values);
  }

  /** The API server's address inside its cloud. */
  String apiInternal() {
    return cloud().address(Family.IPV4, first()).orElseThrow();
  }

  /** The API server's address on the internet. */
  String apiPublic() {
    return cloud().publicAddress(Family.IPV4, first()).orElseThrow();
  }

  /** The API server's address in the Service {@code kubernetes}. */
  String apiAdvertised() {
    return advertise == Advertise.INTERNAL ? apiInternal() : apiPublic();
  }

  /** The API server as a node's kubelet and kube-proxy call it, {@code address:port}. */
  String apiEndpoint(NodeSpec node) {
    return distribution.loopback()
        ? "127.0.0.1:" + Distribution.LOOPBACK_PORT
        : apiFor(node) + ":6443";
  }

  /** The API server's address as a node reaches it. */
  String apiFor(NodeSpec node) {
    return node.cloud().equals(cloud().name()) ? apiInternal() : apiPublic();
  }

  private CloudSpec cloud() {
    return topology.controlPlaneCloud();
  }

  /** The number of the control plane's node in its cloud. */
  private static int first() {
    return new NodeSpec("", "", 1, 1).machineNumber();
  }
}
