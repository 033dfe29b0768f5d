package dev.weft.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** What one agent reports, named after its node. Cluster-scoped; written by that agent alone. */
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".spec.conditions[?(@.type==\"Ready\")].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".spec.conditions[?(@.type==\"Ready\")].reason",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "WireGuard", jsonPath = ".spec.facts.wireGuard")
@AdditionalPrinterColumn(name = "Firewall", jsonPath = ".spec.facts.firewall")
@AdditionalPrinterColumn(name = "Kernel", jsonPath = ".spec.facts.kernel")
@AdditionalPrinterColumn(
    name = "Version",
    jsonPath = ".spec.facts.agentVersion",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Revision",
    jsonPath = ".spec.appliedRevision",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@Group("weft.dev")
@Version("v1alpha1")
@ShortNames("wgr")
@Categories("weft-nodes")
public class NodeReport extends CustomResource<NodeReportSpec, Void> {
  private static final long serialVersionUID = 1L;
}
