package dev.weft.api.v1alpha1;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Something outside the cluster that belongs to the mesh. Cluster-scoped. */
@Group("weft.dev")
@Version("v1alpha1")
@ShortNames("wgp")
@Categories("weft")
public class Peer extends CustomResource<PeerSpec, PeerStatus> {
  private static final long serialVersionUID = 1L;
}
