package dev.weft.api.v1alpha1;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A mesh: which nodes, which ranges, how they are joined. Cluster-scoped. */
@Group("weft.dev")
@Version("v1alpha1")
@ShortNames("wgm")
@Categories("weft")
public class WireGuardMesh extends CustomResource<WireGuardMeshSpec, WireGuardMeshStatus> {
  private static final long serialVersionUID = 1L;
}
