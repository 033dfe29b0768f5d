package dev.weft.api.v1alpha1;

/**
 * The CEL rules of the schemas and what they say to who broke them: the value and the way to write
 * it (the API server puts the field's path before it). A rule judges only what the rules before it
 * let pass, so that one mistake gives one message.
 */
final class Cel {
  static final String CIDR = "isCIDR(self)";
  static final String CIDR_SAYS = "self + ' is not a CIDR; write it as 10.4.0.0/16 or fd00:4::/48'";
  static final String NO_HOST_BITS = "!isCIDR(self) || cidr(self).masked() == cidr(self)";
  static final String NO_HOST_BITS_SAYS =
      "'host bits are set in ' + self + '; write the first address of the range, as in 10.4.0.0/16'";
  static final String UNICAST = "!isCIDR(self) || cidr(self).ip().isGlobalUnicast()";
  static final String UNICAST_SAYS =
      "self + ' is no unicast range; loopback, link-local, multicast and 0.0.0.0 can not be used"
          + " here'";
  static final String UNICAST_OR_ALL =
      "!isCIDR(self) || cidr(self).prefixLength() == 0 || cidr(self).ip().isGlobalUnicast()";
  static final String UNICAST_OR_ALL_SAYS =
      "self + ' is no unicast range; loopback, link-local and multicast ranges can not be behind a"
          + " peer'";

  static final String UNICAST_OR_LINK_LOCAL =
      "!isCIDR(self) || cidr(self).ip().isGlobalUnicast() || cidr(self).ip().isLinkLocalUnicast()";
  static final String UNICAST_OR_LINK_LOCAL_SAYS =
      "self + ' is no unicast range; an exit leads to no loopback or multicast address'";

  static final String ONE_CIDR_PER_FAMILY =
      "[4, 6].all(f, self.filter(c, isCIDR(c) && cidr(c).ip().family() == f).size() <= 1)";
  static final String ONE_CIDR_PER_FAMILY_SAYS =
      "two CIDRs of one family; give at most one IPv4 and one IPv6 CIDR";

  static final String IP = "isIP(self)";
  static final String IP_SAYS =
      "self + ' is not an IP address; write it as 10.4.0.1 or fd00:4::1, without a prefix length'";

  static final String ONE_IP_PER_FAMILY =
      "[4, 6].all(f, self.filter(a, isIP(a) && ip(a).family() == f).size() <= 1)";
  static final String ONE_IP_PER_FAMILY_SAYS =
      "two addresses of one family; a node has at most one IPv4 and one IPv6 address";

  static final String EXTENDED_ONLY = "oldSelf.all(o, o in self)";
  static final String EXTENDED_ONLY_SAYS =
      "a node keeps its addresses for life: one of another family can join them, none can change";

  static final String HOST =
      "isIP(self) || self.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?[.])*"
          + "[a-z]([-a-z0-9]*[a-z0-9])?$')";
  static final String HOST_SAYS =
      "self + ' is neither an IP address nor a DNS name in lower case; the port is a field of its"
          + " own'";

  /** Neither the machine itself, nor its link, nor a group, nor a service address of a cloud. */
  static final String HOST_ELSEWHERE =
      "isIP(self) ? ip(self).isGlobalUnicast() && !(ip(self) in [ip('168.63.129.16'),"
          + " ip('100.100.100.200'), ip('fd00:ec2::254')]) : !(self == 'localhost' ||"
          + " self.endsWith('.localhost'))";

  static final String HOST_ELSEWHERE_SAYS =
      "self + ' is no address that others can reach; give the one it is seen at'";

  static final String KEY = "self.matches('^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw480]=$')";
  static final String KEY_SAYS =
      "not a WireGuard key: it must be 32 bytes in base64, 44 characters with '=' at the end, as"
          + " 'wg pubkey' prints it";
  static final String KEY_NOT_ZERO = "!self.matches('^A{43}=$')";
  static final String KEY_NOT_ZERO_SAYS =
      "the key of all zeros belongs to no peer; give the one that 'wg pubkey' prints";

  static final String DURATION =
      "self.matches('^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,9}s)?$') && self != ''";
  static final String DURATION_SAYS = "self + ' is not a duration; write it as 25s or 1m30s'";
  static final String KEEPALIVE = "!(" + DURATION + ") || duration(self) <= duration('65535s')";
  static final String KEEPALIVE_SAYS =
      "self + ' is too long a keepalive: WireGuard takes 0s (off) to 65535s'";

  static final String RFC3339 =
      "self.matches('^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):"
          + "[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$')";
  static final String RFC3339_SAYS =
      "self + ' is not an RFC 3339 time; write it as 2026-12-31T18:00:00Z'";

  static final String MESH_NAME = "^[a-z0-9]([-.a-z0-9]{0,61}[a-z0-9])?$";
  static final String OBJECT_NAME = "^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$";

  static final String DEVICE_NAME_FREE =
      "!(self in ['lo', 'all', 'default']) && !self.matches('^weft(br|vx|ip|ex)[0-9]')";
  static final String DEVICE_NAME_FREE_SAYS =
      "self + ' is taken by the kernel or by Weft; choose another, such as weft0'";

  static final String UNCHANGED = "self == oldSelf";

  /** CEL has no bit operations: the mask's and the mark's bits are compared one by one. */
  static final String MARK_IN_MASK =
      "[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536,"
          + " 131072, 262144, 524288, 1048576, 2097152, 4194304, 8388608, 16777216, 33554432,"
          + " 67108864, 134217728, 268435456, 536870912, 1073741824, 2147483648].all(b,"
          + " (self.firewallMark / b) % 2 <= (self.firewallMask / b) % 2)";

  static final String MARK_IN_MASK_SAYS =
      "firewallMark has bits outside firewallMask; choose a mark within the mask";

  private static final String MEET =
      "isCIDR(a) && isCIDR(b) && (cidr(a).containsCIDR(b) || cidr(b).containsCIDR(a))";

  static final String PODS_MEET_MESH =
      "!has(self.podCIDRs) || !self.podCIDRs.exists(b, self.addresses.exists(a, " + MEET + "))";
  static final String PODS_MEET_MESH_SAYS =
      "podCIDRs and addresses overlap; the mesh needs a range of its own";
  static final String SERVICES_MEET_MESH =
      "!has(self.serviceCIDRs) || !self.serviceCIDRs.exists(b, self.addresses.exists(a, "
          + MEET
          + "))";
  static final String SERVICES_MEET_MESH_SAYS =
      "serviceCIDRs and addresses overlap; the mesh needs a range of its own";
  static final String PODS_MEET_SERVICES =
      "!has(self.podCIDRs) || !has(self.serviceCIDRs) || !self.podCIDRs.exists(a,"
          + " self.serviceCIDRs.exists(b, "
          + MEET
          + "))";
  static final String PODS_MEET_SERVICES_SAYS =
      "serviceCIDRs and podCIDRs overlap; give the cluster's ranges as the API server and the"
          + " controller manager have them";

  static final String IPIP_IS_IPV4 =
      "self.encapsulation.protocol != 'IPIP' || self.encapsulation.mode == 'Never' ||"
          + " !has(self.podCIDRs) || !self.podCIDRs.exists(c, isCIDR(c) &&"
          + " cidr(c).ip().family() == 6)";
  static final String IPIP_IS_IPV4_SAYS =
      "IPIP carries IPv4 only, but podCIDRs holds an IPv6 range; choose VXLAN or Auto";

  static final String IPV6_NEEDS_MTU =
      "!has(self.device.mtu) || self.device.mtu >= 1280 || !self.addresses.exists(c, isCIDR(c) &&"
          + " cidr(c).ip().family() == 6)";
  static final String IPV6_NEEDS_MTU_SAYS =
      "the MTU is too small for IPv6 addresses, which need 1280; leave it out to have it found";

  private static final String NAMES_CNI = "has(self.overlay) && self.overlay != 'None'";

  static final String ONE_POD_NETWORK =
      "!(" + NAMES_CNI + ") || !has(self.podNetwork) || self.podNetwork == 'External'";
  static final String ONE_POD_NETWORK_SAYS =
      "podNetwork is Weft, but the deprecated overlay names another CNI; set podNetwork to External"
          + " if that CNI attaches the pods, and remove overlay";
  static final String EGRESS_ALONE =
      "!has(self.egress) || !(has(self.podNetwork) ? self.podNetwork == 'External' : "
          + NAMES_CNI
          + ")";
  static final String EGRESS_ALONE_SAYS =
      "beside another CNI (podNetwork External), that one decides how pods leave the cluster; use its"
          + " own egress, or take egress off";
  static final String ADDRESSES_KEPT =
      "oldSelf.all(o, !isCIDR(o) || self.exists(n, isCIDR(n) && cidr(n).containsCIDR(o)))";
  static final String ADDRESSES_KEPT_SAYS =
      "nodes keep their addresses: a range can be made wider or joined by one of the other family,"
          + " but not changed or taken away. For another range delete the mesh and make it anew, which"
          + " interrupts its network: docs/operations.md, 'Change the mesh addresses'";

  /**
   * The labels of all selectors are such that the admission policy {@code weft-nodes} and
   * NodeRestriction keep kubelets from changing them.
   */
  static final String LOCATIONS_BY_SAFE_LABELS =
      "!has(self.locations) || self.locations.all(l,"
          + " ((has(l.nodeSelector.matchLabels) ? l.nodeSelector.matchLabels.map(k, k) : []) +"
          + " (has(l.nodeSelector.matchExpressions) ?"
          + " l.nodeSelector.matchExpressions.map(e, e.key) : []) +"
          + " (has(l.preferredGateways) && has(l.preferredGateways.matchLabels) ?"
          + " l.preferredGateways.matchLabels.map(k, k) : []) +"
          + " (has(l.preferredGateways) && has(l.preferredGateways.matchExpressions) ?"
          + " l.preferredGateways.matchExpressions.map(e, e.key) : []) +"
          + " (has(l.excludedGateways) && has(l.excludedGateways.matchLabels) ?"
          + " l.excludedGateways.matchLabels.map(k, k) : []) +"
          + " (has(l.excludedGateways) && has(l.excludedGateways.matchExpressions) ?"
          + " l.excludedGateways.matchExpressions.map(e, e.key) : [])).all(k,"
          + " k.startsWith('weft.dev/') || k.startsWith('node-restriction.kubernetes.io/') ||"
          + " k == self.locationLabel))";

  static final String LOCATIONS_BY_SAFE_LABELS_SAYS =
      "a selector uses a label that a kubelet can change, so a node could move itself; use labels"
          + " that start with weft.dev/ or node-restriction.kubernetes.io/, or the locationLabel";

  /** A Peer that is stored without one can still be disabled. */
  static final String FULL_TUNNEL_LOCATION =
      "!has(self.fullTunnel) || !self.fullTunnel || has(self.location) ||"
          + " (has(self.disabled) && self.disabled)";

  static final String FULL_TUNNEL_LOCATION_SAYS =
      "fullTunnel is true without a location; name the location whose gateway leads to the"
          + " internet, or remove fullTunnel";
  static final String MESH_KEPT =
      "!has(oldSelf.mesh) || (has(self.mesh) && self.mesh == oldSelf.mesh)";
  static final String MESH_KEPT_SAYS =
      "mesh can not be changed or removed once set; delete the Peer and create it anew";

  private Cel() {}
}
