package dev.weft.mesh.cluster;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.Map;

/**
 * A NetworkPolicy; ports are not looked at: a rule counts whatever its ports.
 *
 * @param namespace its namespace
 * @param name metadata.name
 * @param pods spec.podSelector
 * @param limitsIngress whether it speaks of what comes in (policyTypes)
 * @param ingress rules for it
 * @param limitsEgress whether it speaks of what goes out
 * @param egress rules for it
 */
public record PolicyState(
    String namespace,
    String name,
    Selector pods,
    boolean limitsIngress,
    List<Rule> ingress,
    boolean limitsEgress,
    List<Rule> egress) {
  /**
   * A rule: the other end is one of these; with none, anybody.
   *
   * @param peers from or to
   */
  public record Rule(List<Side> peers) {
    public Rule {
      peers = List.copyOf(peers);
    }
  }

  /**
   * An other end.
   *
   * @param block ipBlock.cidr; at most one; empty: selected by labels
   * @param except ipBlock.except
   * @param namespaces at most one; empty: the policy's own namespace
   * @param pods at most one; empty: all pods
   */
  public record Side(
      List<Prefix> block, List<Prefix> except, List<Selector> namespaces, List<Selector> pods) {
    public Side {
      block = List.copyOf(block);
      except = List.copyOf(except);
      namespaces = List.copyOf(namespaces);
      pods = List.copyOf(pods);
    }
  }

  public PolicyState {
    ingress = List.copyOf(ingress);
    egress = List.copyOf(egress);
  }

  /** Whether the policy is about that pod. */
  public boolean isAbout(PodState pod) {
    return pod.namespace().equals(namespace) && pods.selects(pod.labels());
  }

  /**
   * Whether one of the rules has that other end.
   *
   * @param pod the pod at the address; at most one
   */
  public boolean allows(
      List<Rule> rules,
      IpAddress address,
      List<PodState> pod,
      Map<String, Map<String, String>> namespaceLabels) {
    return rules.stream()
        .anyMatch(
            r ->
                r.peers().isEmpty()
                    || r.peers().stream().anyMatch(s -> matches(s, address, pod, namespaceLabels)));
  }

  private boolean matches(
      Side side,
      IpAddress address,
      List<PodState> pods,
      Map<String, Map<String, String>> namespaceLabels) {
    if (!side.block().isEmpty()) {
      return side.block().getFirst().contains(address)
          && side.except().stream().noneMatch(e -> e.contains(address));
    }
    return pods.stream()
        .anyMatch(
            pod ->
                inNamespace(side, pod, namespaceLabels)
                    && side.pods().stream().allMatch(s -> s.selects(pod.labels())));
  }

  private boolean inNamespace(
      Side side, PodState pod, Map<String, Map<String, String>> namespaceLabels) {
    return side.namespaces().isEmpty()
        ? pod.namespace().equals(namespace)
        : side.namespaces()
            .getFirst()
            .selects(namespaceLabels.getOrDefault(pod.namespace(), Map.of()));
  }
}
