package dev.weft.e2e;

/** IPv4 and IPv6 in underlay and overlay. */
class DualStackE2E extends FamiliesContract {
  DualStackE2E() {
    super("dual-stack");
  }
}
