package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * The numbers by which Weft marks what is its own in the kernel; see docs/coexistence.md for the
 * neighbours they avoid.
 *
 * @param table routing table T of the mesh routes; T+1 the way back of pods that leave the cluster
 *     here, T+2 what pods and tunnels take inside the location, T+16 to T+79 the default routes of
 *     egress rules
 * @param rulePriority first of 100 rule priorities
 * @param firewallMark mark of WireGuard's own packets; bits within the mask
 * @param firewallMask bits of the mark that are ours
 * @param protocol rtnetlink protocol number of our routes, rules and next hops
 * @param nextHopBase first of 2^24 next-hop IDs
 */
@ValidationRule(
    value = Cel.MARK_IN_MASK,
    message = Cel.MARK_IN_MASK_SAYS,
    fieldPath = ".firewallMark")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RoutingSpec(
    @Default("7050") @Min(256) @Max(2147483646) Integer table,
    @Default("7000") @Min(1) @Max(32600) Integer rulePriority,
    @Default("4096") @Min(1) @Max(4294967295d) Long firewallMark,
    @Default("4096") @Min(1) @Max(4294967295d) Long firewallMask,
    @Default("87") @Min(5) @Max(255) Integer protocol,
    @Default("1459617792") @Min(1) @Max(4278190079d) Long nextHopBase) {
  /** What an absent RoutingSpec means. */
  @SuppressWarnings("NullAway") // absent, as Jackson says it
  public static final RoutingSpec DEFAULT = new RoutingSpec(null, null, null, null, null, null);

  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public RoutingSpec {
    table = table == null ? (Integer) 7050 : table;
    rulePriority = rulePriority == null ? (Integer) 7000 : rulePriority;
    firewallMark = firewallMark == null ? (Long) 0x1000L : firewallMark;
    firewallMask = firewallMask == null ? (Long) 0x1000L : firewallMask;
    protocol = protocol == null ? (Integer) 87 : protocol;
    nextHopBase = nextHopBase == null ? (Long) 0x57000000L : nextHopBase;
  }
}
