package dev.weft.api.v1alpha1;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** The configuration of one node, named after it. Cluster-scoped; written by the operator alone. */
@Group("weft.dev")
@Version("v1alpha1")
@ShortNames("wgn")
@Categories("weft")
public class WireGuardNode extends CustomResource<WireGuardNodeSpec, WireGuardNodeStatus> {
  private static final long serialVersionUID = 1L;
}
