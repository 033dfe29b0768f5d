package dev.weft.api.v1alpha1;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * What one agent has to tell, named after its node. Cluster-scoped; written by that agent alone.
 */
@Group("weft.dev")
@Version("v1alpha1")
@ShortNames("wgr")
@Categories("weft")
public class NodeReport extends CustomResource<NodeReportSpec, Void> {
  private static final long serialVersionUID = 1L;
}
