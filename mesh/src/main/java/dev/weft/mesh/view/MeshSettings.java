package dev.weft.mesh.view;

import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * A mesh as it is in force.
 *
 * @param name name of the WireGuardMesh
 * @param spec the accepted spec; its prefixes are parsed in the fields beside it
 * @param addresses mesh address ranges
 * @param podCIDRs pod ranges of the cluster
 * @param serviceCIDRs service ranges of the cluster
 */
public record MeshSettings(
    String name,
    WireGuardMeshSpec spec,
    List<Prefix> addresses,
    List<Prefix> podCIDRs,
    List<Prefix> serviceCIDRs) {
  public MeshSettings {
    addresses = List.copyOf(addresses);
    podCIDRs = List.copyOf(podCIDRs);
    serviceCIDRs = List.copyOf(serviceCIDRs);
  }

  /**
   * The settings of an accepted spec.
   *
   * @throws IllegalArgumentException if a prefix is malformed; an accepted spec has none
   */
  public static MeshSettings of(String name, WireGuardMeshSpec spec) {
    return new MeshSettings(
        name,
        spec,
        spec.addresses().stream().map(Prefix::parse).toList(),
        spec.podCIDRs().stream().map(Prefix::parse).toList(),
        spec.serviceCIDRs().stream().map(Prefix::parse).toList());
  }
}
