package dev.weft.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** The configuration of one node, named after it. Cluster-scoped; written by the operator alone. */
@AdditionalPrinterColumn(name = "Mesh", jsonPath = ".spec.mesh")
@AdditionalPrinterColumn(name = "Location", jsonPath = ".spec.location")
@AdditionalPrinterColumn(name = "Role", jsonPath = ".spec.role")
@AdditionalPrinterColumn(name = "Address", jsonPath = ".spec.addresses[0]")
@AdditionalPrinterColumn(
    name = "Endpoint",
    jsonPath = ".spec.devices[0].endpoints[0]",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalSelectableField(jsonPath = ".spec.mesh")
@Group("weft.dev")
@Version("v1alpha1")
@ShortNames("wgn")
@Categories("weft-nodes")
public class WireGuardNode extends CustomResource<WireGuardNodeSpec, WireGuardNodeStatus> {
  private static final long serialVersionUID = 1L;
}
