package dev.weft.mesh.plan;

/**
 * Who holds a prefix.
 *
 * @param kind WireGuardMesh, Node or Peer
 * @param name of the object
 * @param what it is to it, such as {@code pod CIDR}
 * @param reason CamelCase reason for those who come later
 */
record Claim(String kind, String name, String what, String reason) {
  /** {@code the pod CIDR of Node aws-1}. */
  @Override
  public String toString() {
    return "the " + what + " of " + kind + " " + name;
  }
}
