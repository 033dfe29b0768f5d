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
  static final String NODE_ADDRESS = "OverlapsNodeAddress";
  static final String LOCATION_CIDR = "OverlapsLocationCIDR";
  static final String POD_CIDR = "OverlapsPodCIDR";
  static final String MESH_ADDRESSES = "OverlapsMeshAddresses";

  static Claim ofNode(String name, String what, String reason) {
    return new Claim("Node", name, what, reason);
  }

  static Claim ofPeer(String name, String what, String reason) {
    return new Claim("Peer", name, what, reason);
  }

  /** Whether it is one of the mesh's own ranges. */
  boolean isOfMesh() {
    return kind.equals("WireGuardMesh");
  }

  boolean isOf(String otherKind, String otherName) {
    return kind.equals(otherKind) && name.equals(otherName);
  }

  /** {@code the pod CIDR of Node aws-1}. */
  @Override
  public String toString() {
    return "the " + what + " of " + kind + " " + name;
  }
}
