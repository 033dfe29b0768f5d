package dev.weft.mesh.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EgressFallback;
import dev.weft.api.v1alpha1.EgressRule;
import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.InternalEndpoints;
import dev.weft.api.v1alpha1.NodeFactsReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.ReportedLink;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.mesh.cluster.PodState;
import dev.weft.mesh.cluster.PolicyState;
import dev.weft.mesh.cluster.Selector;
import dev.weft.mesh.explain.Step.Stage;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.fixture.Observed;
import dev.weft.mesh.net.IpAddress;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainerTest {
  @ParameterizedTest
  @EnumSource(Granularity.class)
  void onAHealthyMeshNoPairIsBroken(Granularity granularity) {
    var observed = Observed.of(Clouds.three().granularity(granularity));
    var ends =
        List.of(
            "node/aws-1",
            "node/aws-2",
            "node/gcp-2",
            "node/home-1",
            "on-aws-2",
            "on-home-1",
            "peer/phone",
            "peer/office",
            "203.0.113.9");
    var broken = new ArrayList<String>();
    for (var from : ends) {
      for (var to : ends) {
        boolean bothOutside = from.startsWith("peer/") && to.startsWith("peer/");
        boolean legacy = from.equals("203.0.113.9"); // what it may start is its network's business
        if (!from.equals(to) && !bothOutside && !legacy) {
          explain(observed, from, to)
              .broken()
              .ifPresent(s -> broken.add(from + " -> " + to + ": " + s));
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void everyHopIsNamedInBothDirections() {
    var explanation = explain(Observed.of(Clouds.three()), "on-home-1", "on-aws-2");
    assertEquals(
        List.of("home-1 10.42.2.0/24 dev weft0", "aws-1 10.42.2.0/24 via 10.1.0.12 dev eth0"),
        explanation.there().stream()
            .filter(s -> s.stage() == Stage.ROUTE && s.text().contains("dev"))
            .map(s -> s.where() + " " + s.text())
            .toList());
    assertTrue(explanation.back().stream().anyMatch(s -> s.where().equals("aws-2")));
  }

  @Test
  void anAgentThatNeverRanIsTheBrokenLink() {
    assertBroken(
        Observed.of(Clouds.three()).withoutReport("gcp-1"),
        "on-home-1",
        "on-gcp-1",
        Stage.AGENT,
        "gcp-1");
  }

  @Test
  void anAgentThatIsSilentIsTheBrokenLink() {
    assertBroken(
        Observed.of(Clouds.three()).silent("aws-1"), "on-home-1", "on-aws-2", Stage.AGENT, "aws-1");
  }

  @Test
  void aKernelThatRefusesIsTheBrokenLink() {
    assertBroken(
        Observed.of(Clouds.three())
            .complains("aws-1", "Applied", "Refused", "add route: operation not supported"),
        "on-home-1",
        "on-aws-2",
        Stage.AGENT,
        "aws-1");
  }

  @Test
  void aPodOfAnotherCniIsTheBrokenLink() {
    var stray =
        new PodState(
            "default", "stray", "gcp-1", List.of(IpAddress.parse("172.17.0.2")), false, Map.of());
    assertBroken(
        Observed.of(Clouds.three()).pod(stray),
        "on-home-1",
        "default/stray",
        Stage.ALLOCATION,
        "default/stray");
  }

  @Test
  void aTunnelThatNeverCameUpIsTheBrokenLink() {
    var step =
        assertBroken(
            Observed.of(Clouds.three()).handshake("home-1", "gcp-1", "Never"),
            "on-home-1",
            "on-gcp-2",
            Stage.HANDSHAKE,
            "home-1");
    assertTrue(step.fix().contains("198.51.100.11:51820"), step.fix());
  }

  @Test
  void aQuietTunnelIsNotBrokenUnlessItIsKeptAlive() {
    var quiet = Observed.of(Clouds.three()).handshake("aws-1", "gcp-1", "Stale");
    assertFalse(explain(quiet, "on-aws-1", "on-gcp-1").broken().isPresent());
    assertBroken(
        Observed.of(Clouds.three()).handshake("home-1", "gcp-1", "Stale"),
        "on-home-1",
        "on-gcp-1",
        Stage.HANDSHAKE,
        "home-1");
  }

  @Test
  void aNodeThatDoesNotForwardIsTheBrokenLink() {
    var observed =
        Observed.of(Clouds.three())
            .complains(
                "aws-1",
                "Preflight",
                "HostSettings",
                "net.ipv4.ip_forward is 0: this node forwards nothing; run sysctl -w net.ipv4.ip_forward=1");
    var step = assertBroken(observed, "on-home-1", "on-aws-2", Stage.FIREWALL, "aws-1");
    assertEquals("sysctl -w net.ipv4.ip_forward=1", step.fix());
  }

  @Test
  void aLinkThatIsTooNarrowForItsTunnelsIsTheBrokenOne() {
    var step =
        assertBroken(narrow("eth0", "10.1.0.11/24"), "on-home-1", "on-aws-2", Stage.MTU, "aws-1");
    assertTrue(step.fix().contains("ip link set eth0 mtu 1500"), step.fix());
    var asked =
        assertBroken(
            Observed.of(Clouds.three().mtu(1450)), "on-home-1", "on-aws-2", Stage.MTU, "home-1");
    assertTrue(asked.fix().contains("spec.device.mtu"), asked.fix());
  }

  @Test
  void othersLinksMayBeNarrow() {
    var observed = narrow("docker0", "172.17.0.1/16");
    assertFalse(explain(observed, "on-home-1", "on-aws-2").broken().isPresent());
  }

  private static Observed narrow(String link, String address) {
    return Observed.of(Clouds.three())
        .report(
            "aws-1",
            r -> {
              var facts = Objects.requireNonNull(r.facts());
              var links = new ArrayList<>(facts.links());
              links.removeIf(l -> l.name().equals(link));
              links.add(new ReportedLink(link, 1300, List.of(address)));
              return new NodeReportSpec(
                  r.devices(),
                  new NodeFactsReport(
                      "6.1.0", WireGuardImplementation.KERNEL, null, "0.1.0", links, List.of()),
                  r.observedEndpoints(),
                  r.peers(),
                  r.appliedRevision(),
                  r.conditions());
            });
  }

  @Test
  void twoEndsThatCannotMeetAreTheBrokenLink() {
    var cabin =
        Clouds.three().node("cabin-1", "cabin", "192.168.78.11/24", "", "10.42.6.0/24", Map.of());
    var silent =
        Observed.of(cabin)
            .handshake("home-1", "cabin-1", "Never")
            .handshake("cabin-1", "home-1", "Never");
    var tried = assertBroken(silent, "on-home-1", "on-cabin-1", Stage.HANDSHAKE, "home-1");
    assertTrue(tried.text().contains("never shook hands"), tried.text());
    assertEquals(Optional.empty(), explain(Observed.of(cabin), "on-home-1", "on-cabin-1").broken());
    cabin.internalEndpoints(InternalEndpoints.NEVER);
    var step =
        assertBroken(Observed.of(cabin), "on-home-1", "on-cabin-1", Stage.ENDPOINT, "home-1");
    assertTrue(step.text().contains("weft.dev/endpoint"), step.text());
  }

  @Test
  void aPeerThatIsOffIsTheBrokenLink() {
    assertBroken(
        Observed.of(Clouds.three()).handshake("gcp-1", "phone", "Stale"),
        "on-gcp-1",
        "peer/phone",
        Stage.HANDSHAKE,
        "phone");
    assertBroken(
        Observed.of(Clouds.three()).handshake("aws-1", "phone", "Never"),
        "peer/phone",
        "on-aws-2",
        Stage.HANDSHAKE,
        "phone");
  }

  @Test
  void anOutdatedConfigurationIsTheBrokenLink() {
    assertBroken(
        Observed.of(Clouds.three()).peerSays("phone", "ConfigOutdated", "True", ""),
        "peer/phone",
        "on-aws-2",
        Stage.CLIENT,
        "phone");
  }

  @Test
  void aPolicyThatAllowsNobodyIsTheBrokenLinkInItsDirection() {
    var nobody =
        new PolicyState(
            "default",
            "deny",
            new Selector(Map.of("app", "gcp-1"), List.of()),
            true,
            List.of(),
            false,
            List.of());
    var step =
        assertBroken(
            Observed.of(Clouds.three()).policy(nobody),
            "on-home-1",
            "on-gcp-1",
            Stage.POLICY,
            "default/on-gcp-1");
    assertTrue(step.text().contains("deny") && step.text().contains("ingress"), step.text());
    var back = explain(Observed.of(Clouds.three()).policy(nobody), "on-gcp-1", "on-home-1");
    assertTrue(back.there().stream().allMatch(Step::whole)); // replies are its tracker's business
  }

  @Test
  void anAddressThatIsNobodysIsTheBrokenLink() {
    assertBroken(
        Observed.of(Clouds.three()), "on-home-1", "172.31.0.1", Stage.TOPOLOGY, "172.31.0.1");
  }

  @Test
  void aPeerThatWasLeftOutIsTheBrokenLinkWithTheReason() {
    var observed = Observed.of(Clouds.three().peer("thief", "10.42.1.0/24"));
    var step = assertBroken(observed, "on-home-1", "peer/thief", Stage.TOPOLOGY, "thief");
    assertTrue(step.text().contains("10.42.1.0/24"), step.text());
    assertTrue(step.fix().contains("kubectl edit wgp thief"), step.fix());
  }

  @Test
  void aNodeThatHasNoPartInTheMeshIsTheBrokenLink() {
    var observed =
        Observed.of(Clouds.three())
            .node(
                "gcp-2",
                n ->
                    NodeEdits.reportedAt(
                        NodeEdits.reports(NodeEdits.published(n, List.of()), List.of()), ""));
    assertBroken(observed, "on-home-1", "node/gcp-2", Stage.TOPOLOGY, "gcp-2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "node/nobody", "peer/", "pod/default/nobody", "10.0.0.300"})
  void anEndThatIsNotThereIsSaid(String end) {
    var observed = Observed.of(Clouds.three());
    var e =
        assertThrows(IllegalArgumentException.class, () -> explain(observed, end, "node/aws-1"));
    assertTrue(String.valueOf(e.getMessage()).contains("'" + end + "'"), e.getMessage());
  }

  private static Step assertBroken(
      Observed observed, String from, String to, Stage stage, String where) {
    var explanation = explain(observed, from, to);
    var step = explanation.broken().orElseThrow(() -> new AssertionError(explanation.toString()));
    assertEquals(stage, step.stage(), step.toString());
    assertEquals(where, step.where(), step.toString());
    assertFalse(step.fix().isEmpty());
    return step;
  }

  private static Explanation explain(Observed observed, String from, String to) {
    var state = observed.state();
    return Explainer.explain(state, state.views().getFirst(), from, to);
  }

  @ParameterizedTest
  @EnumSource(Granularity.class)
  void aChosenPodIsFollowedToItsExitAndTheAnswerBack(Granularity granularity) {
    var observed =
        Observed.of(Clouds.three().granularity(granularity).egress(billing("gcp")))
            .pod(pod("aws-2", "10.42.2.9"));
    var explanation = explain(observed, "team/crawler", "8.8.8.8");
    assertEquals(Optional.empty(), explanation.broken());
    var there = said(explanation.there());
    for (var part :
        List.of(
            "EGRESS team/crawler egress rule 'billing' chose it; it leaves by gcp-1, gateway of gcp",
            "ROUTE aws-2 0.0.0.0/1 via 10.4.0.3 dev weftex4",
            "FIREWALL gcp-1 masquerades it: it is seen with the address of gcp-1")) {
      assertTrue(there.contains(part), part + " isn't in\n" + there);
    }
    var back = said(explanation.back());
    assertTrue(back.contains("RULE gcp-1 7008: fwmark 0x1000 lookup 7051"), back);
    assertTrue(back.contains("ROUTE aws-2 10.4.0.2 is its own"), back);
  }

  @Test
  void whatIsBrokenOnTheWayToTheExitIsTheBrokenLink() {
    var observed =
        Observed.of(Clouds.three().egress(billing("gcp")))
            .pod(pod("home-1", "10.42.5.9"))
            .handshake("home-1", "gcp-1", "Never");
    assertBroken(observed, "team/crawler", "8.8.8.8", Stage.HANDSHAKE, "home-1");
  }

  @Test
  void anExitThatIsNoneIsTheBrokenLink() {
    var observed =
        Observed.of(Clouds.three().egress(billing("mars"))).pod(pod("home-1", "10.42.5.9"));
    var step = assertBroken(observed, "team/crawler", "8.8.8.8", Stage.EGRESS, "team/crawler");
    assertTrue(step.fix().contains("rule 'billing'"), step.fix());
  }

  @Test
  void whoIsNotChosenLeavesAtItsNodeAndAPrivateAddressIsNotTheInternet() {
    var observed = Observed.of(Clouds.three());
    var explanation = explain(observed, "on-home-1", "8.8.8.8");
    assertEquals(Optional.empty(), explanation.broken());
    assertTrue(said(explanation.there()).contains("FIREWALL home-1 masquerades it"));
    assertEquals(List.of(), explanation.back());
    assertEquals(Optional.empty(), explain(observed, "node/home-1", "8.8.8.8").broken());
    assertBroken(observed, "on-home-1", "172.30.0.1", Stage.TOPOLOGY, "172.30.0.1");
  }

  @Test
  void aFullTunnelIsFollowedToItsExitAndAPeerWithoutGoesByItsOwnNetwork() {
    var clouds = Clouds.three();
    var beside = said(explain(Observed.of(clouds), "peer/phone", "8.8.8.8").there());
    assertTrue(beside.contains("CLIENT phone has no full tunnel"), beside);
    var observed = Observed.of(clouds.fullTunnel("phone", "gcp"));
    var explanation = explain(observed, "peer/phone", "8.8.8.8");
    assertEquals(Optional.empty(), explanation.broken());
    assertTrue(said(explanation.there()).contains("FIREWALL gcp-1 masquerades it"));
    assertTrue(said(explanation.back()).contains("CLIENT phone takes packets of 8.8.8.8"));
  }

  @Test
  void anExitThatRefusesIsTheBrokenLinkAndTheFixNamesTheField() {
    var tunnel = Observed.of(Clouds.three().fullTunnel("phone", "gcp"));
    var refused = assertBroken(tunnel, "peer/phone", "10.2.0.99", Stage.FIREWALL, "gcp-1");
    assertTrue(refused.fix().contains("10.2.0.99/32"), refused.fix());
    assertTrue(refused.fix().contains("spec.allowedExitCIDRs of mesh mesh"), refused.fix());
    var pod = Observed.of(Clouds.three().egress(billing("gcp"))).pod(pod("aws-2", "10.42.2.9"));
    assertBroken(pod, "team/crawler", "169.254.169.254", Stage.FIREWALL, "gcp-1");
    var opened =
        Observed.of(Clouds.three().fullTunnel("phone", "gcp").allowExitCIDRs("10.2.0.0/24"));
    assertEquals(Optional.empty(), explain(opened, "peer/phone", "10.2.0.99").broken());
  }

  private static EgressRule billing(String location) {
    return new EgressRule("billing", location, null, new LabelSelector(), EgressFallback.DROP);
  }

  private static PodState pod(String node, String address) {
    return new PodState(
        "team", "crawler", node, List.of(IpAddress.parse(address)), false, Map.of());
  }

  private static String said(List<Step> steps) {
    return steps.stream()
        .map(s -> s.stage() + " " + s.where() + " " + s.text())
        .collect(Collectors.joining("\n"));
  }
}
