package dev.weft.e2e.lab;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weft.e2e.capture.PrivateAddresses;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a lab is made of, as its YAML file says it.
 *
 * @param podCIDR one per family, cut into one /24 or /64 per node
 * @param serviceCIDR one per family
 * @param podsPerNode named a, b, c …
 * @param resolver the public address of the lab's DNS server
 * @param web public addresses of the lab's web server besides the resolver's
 * @param mesh the manifest that makes the mesh, relative to the repository
 * @param cni whose kernel state the nodes have, beside which Weft runs; empty: none, Weft attaches
 *     the pods
 */
public record Topology(
    String name,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<Subnet> podCIDR,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<Subnet> serviceCIDR,
    int podsPerNode,
    String resolver,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<String> web,
    String mesh,
    List<CloudSpec> clouds,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String cni) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public Topology {
    cni = cni == null ? "" : cni;
    web = web == null ? List.of() : List.copyOf(web);
    podCIDR = List.copyOf(podCIDR);
    serviceCIDR = List.copyOf(serviceCIDR);
    clouds = List.copyOf(clouds);
    if (clouds.stream().filter(CloudSpec::controlPlane).count() != 1) {
      throw new IllegalArgumentException(name + ": exactly one cloud must have controlPlane: true");
    }
    if (clouds.stream()
        .anyMatch(c -> c.controlPlane() && c.nat() != Nat.ONE_TO_ONE && c.nat() != Nat.ROUTED)) {
      throw new IllegalArgumentException(
          name + ": the control plane's cloud must be OneToOne or Routed");
    }
    if (podsPerNode < 1 || podsPerNode > 26) {
      throw new IllegalArgumentException(name + ": podsPerNode must be 1 to 26");
    }
  }

  /** Reads a topology file. */
  public static Topology read(Path file) {
    var mapper =
        YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    try {
      return mapper.readValue(file.toFile(), Topology.class);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /** The same beside another CNI: a kind that {@code other-cni} knows. */
  public Topology withCni(String kind) {
    return new Topology(name, podCIDR, serviceCIDR, podsPerNode, resolver, web, mesh, clouds, kind);
  }

  /** The cloud of that name. */
  public CloudSpec cloud(String name) {
    return clouds.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no cloud is named " + name));
  }

  /** The cloud of the control plane. */
  public CloudSpec controlPlaneCloud() {
    return clouds.stream().filter(CloudSpec::controlPlane).findFirst().orElseThrow();
  }

  /** IPv4 where there is any. */
  private Family apiFamily() {
    return serviceCIDR.getFirst().family();
  }

  /**
   * Private prefixes that the network between the clouds routes, as a company's own does: of clouds
   * without NAT whose prefix is private.
   */
  public List<Prefix> routedPrivately() {
    return clouds.stream()
        .filter(c -> c.nat() == Nat.ROUTED)
        .flatMap(c -> c.publicSubnets().stream())
        .map(Subnet::prefix)
        .filter(p -> PrivateAddresses.contains(p.address().toBytes()))
        .toList();
  }

  /** Where the lab's web server listens; one address per family that the internet has. */
  public List<String> webServers() {
    return Stream.concat(Stream.of(resolver), web.stream()).toList();
  }

  /** The families of the pods. */
  public List<Family> families() {
    return podCIDR.stream().map(Subnet::family).toList();
  }

  /** The API server's address as the internet sees it. */
  public String apiPublic() {
    var cloud = controlPlaneCloud();
    return cloud.publicAddress(apiFamily(), CloudSpec.CONTROL_PLANE).orElseThrow();
  }

  /** The API server's address inside its own cloud. */
  public String apiPrivate() {
    return controlPlaneCloud().address(apiFamily(), CloudSpec.CONTROL_PLANE).orElseThrow();
  }
}
