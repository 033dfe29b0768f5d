package dev.weft.e2e;

/**
 * With the chart's defaults: the Service {@code kubernetes} leads to a private address that other
 * clouds reach by the mesh alone, so agents need the second address that the chart finds.
 */
class AcrossNatDefaultsSoak extends AcrossNatContract {
  AcrossNatDefaultsSoak() {
    super("across-nat-defaults", true);
  }
}
