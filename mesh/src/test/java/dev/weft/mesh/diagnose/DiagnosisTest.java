package dev.weft.mesh.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.NodeFactsReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.PeerEndpoint;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.ReportedDevice;
import dev.weft.api.v1alpha1.ReportedLink;
import dev.weft.api.v1alpha1.SecretRef;
import dev.weft.mesh.cluster.AccessState;
import dev.weft.mesh.cluster.PodState;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.Observed;
import dev.weft.mesh.fixture.PeerEdits;
import dev.weft.mesh.net.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosisTest {
  private static final HostFacts GOOD_HOST =
      new HostFacts(
          "home-1",
          "6.1.0-amd64",
          Map.of(
              "net.ipv4.ip_forward", "1",
              "net.ipv4.conf.all.rp_filter", "0",
              "net.ipv4.conf.eth0.rp_filter", "1",
              "net.ipv4.conf.eth0.src_valid_mark", "1",
              // others' links may be as strict as they like
              "net.ipv4.conf.docker0.rp_filter", "1"),
          true,
          false,
          List.of("lo", "eth0", "docker0", "weft0", "weftbr0"),
          List.of(
              "0:\tfrom all lookup local",
              "7010:\tnot from all fwmark 0x1000/0x1000 lookup 7050",
              "5210:\tfrom all fwmark 0x80000/0xff0000 lookup main",
              "32766:\tfrom all lookup main"),
          new FirewallFacts(true, List.of(), List.of()),
          List.of("bridge", "host-local", "loopback", "portmap"),
          List.of("10-weft.conflist", "99-loopback.conf"),
          Map.of(53, "dnsmasq", 51820, "wireguard-go"),
          List.of(),
          List.of(new HostFacts.Probe("192.0.2.11:51820", false)),
          new DataplaneFacts(
              Map.of(), Map.of(), List.of(new DataplaneFacts.Echo("aws-1", true, true))));

  @ParameterizedTest
  @EnumSource(Granularity.class)
  void aHealthyMeshHasNoFaults(Granularity granularity) {
    var state = Observed.of(Clouds.three().granularity(granularity)).state();
    assertEquals(List.of(), Diagnosis.of(state, List.of(GOOD_HOST)));
  }

  static Stream<Arguments> faults() {
    var cases = new ArrayList<Arguments>();
    clusterFaults().forEach((kind, observed) -> cases.add(Arguments.of(kind, observed, GOOD_HOST)));
    hostFaults()
        .forEach((kind, host) -> cases.add(Arguments.of(kind, Observed.of(Clouds.three()), host)));
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void eachFaultIsNamedAloneWithItsFix(String kind, Observed observed, HostFacts host) {
    var found = Diagnosis.of(observed.state(), List.of(host));
    assertEquals(Set.of(kind), kinds(found), found.toString());
    found.forEach(
        f -> {
          assertFalse(f.fix().isBlank(), f.toString());
          assertFalse(f.message().contains("\n"), f.toString());
        });
  }

  @Test
  void thereAreThirtyKindsAtLeast() {
    assertTrue(faults().count() >= 30, "only " + faults().count());
  }

  @Test
  void theReferenceHasEachOfThem() throws IOException {
    var reference = Files.readString(Path.of("../docs/diagnose.md"));
    var absent =
        Stream.concat(clusterFaults().keySet().stream(), hostFaults().keySet().stream())
            .filter(kind -> !reference.contains("`" + kind + "`"))
            .toList();
    assertEquals(List.of(), absent);
  }

  /** Each host fault together with each of the cluster's: both are named, and no third. */
  @Test
  void pairsOfFaultsAreBothNamed() {
    var wrong = new ArrayList<String>();
    clusterFaults()
        .forEach(
            (one, observed) ->
                hostFaults()
                    .forEach(
                        (other, host) -> {
                          var found = kinds(Diagnosis.of(observed.state(), List.of(host)));
                          var expected = new TreeSet<>(Set.of(one));
                          expected.add(other);
                          if (one.equals("TunnelLost") && other.equals("UDPFiltered")) {
                            expected.remove(one); // of the same tunnel; the look knows more
                          }
                          boolean narrow = Set.of("LinkTooNarrow", "MTUTooLarge").contains(one);
                          if (narrow && other.equals("PathMTUBlackHole")) {
                            expected.remove(other); // large packets vanish at the tunnel's end
                          }
                          if (!found.equals(expected)) {
                            wrong.add(one + " and " + other + ": " + found);
                          }
                        }));
    assertEquals(List.of(), wrong);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SameEndpoint", "PrivateEndpoint"})
  void aTunnelToANodeThatCanNotBeCalledIsNotNamedBesideIt(String kind) {
    var silent =
        kernel(
            GOOD_HOST,
            GOOD_HOST.links(),
            new DataplaneFacts(
                Map.of(), Map.of(), List.of(new DataplaneFacts.Echo("far-1", false, false))));
    assertEquals(Set.of(kind), kinds(Diagnosis.of(clusterFault(kind).state(), List.of(silent))));
  }

  @Test
  void agentsThatMayNotWriteAreNotBelievedWhatTheySaidLast() {
    var rights = clusterFault("RightMissing");
    assertEquals(
        Set.of("RightMissing"),
        kinds(
            Diagnosis.of(
                rights.handshake("home-1", "aws-1", "Stale").state(), List.of(GOOD_HOST))));
  }

  private static Observed clusterFault(String kind) {
    return Objects.requireNonNull(clusterFaults().get(kind));
  }

  static Stream<Arguments> namedByFilter() {
    return Stream.of(
        Arguments.of("ForwardDrop", "forward", "drop"),
        Arguments.of("ForwardDrop", "forward", "counter packets 3 bytes 90 reject with icmpx"),
        Arguments.of("ForwardDrop", "forward", "iifname \"weft0\" drop"),
        Arguments.of("ForwardDrop", "forward", "ip daddr 10.42.3.0/24 drop"),
        Arguments.of("ListenPortBlocked", "prerouting", "udp dport { 53, 51820 } drop"),
        Arguments.of("ListenPortBlocked", "output", "udp dport 50000-52000 drop"),
        Arguments.of("ForeignMark", "prerouting", "meta mark set 0x00001000"),
        Arguments.of("ForeignMark", "", "tcp dport 80 meta mark set meta mark | 0x00001001"),
        // look-alikes
        Arguments.of("", "forward", "ct state invalid drop"),
        Arguments.of("", "forward", "iifname \"docker0\" oifname != \"docker0\" drop"),
        Arguments.of("", "forward", "ip daddr 172.17.0.0/16 drop"),
        Arguments.of("", "forward", "iifname \"weft0\" tcp dport 25 drop"),
        Arguments.of("", "forward", "jump DROP-LATER"),
        Arguments.of("", "", "drop"),
        Arguments.of("", "input", "udp dport 53 drop"),
        Arguments.of("", "input", "udp dport 51820 accept"),
        Arguments.of("", "input", "tcp dport 51820 drop"),
        Arguments.of("", "prerouting", "meta mark set 0x00004000"),
        Arguments.of("", "prerouting", "meta mark & 0x00001000 == 0x00001000 accept"));
  }

  @ParameterizedTest(name = "{1}: {2} is {0}")
  @MethodSource("namedByFilter")
  void rulesOfOthersAreNamedWhereTheyAreInTheWay(String kind, String hook, String text) {
    var host = rule("inet other chain", hook, text);
    var found = Diagnosis.of(Observed.of(Clouds.three()).state(), List.of(host));
    assertEquals(kind.isEmpty() ? Set.of() : Set.of(kind), kinds(found), found.toString());
  }

  /** Its routes stay narrow for minutes after the path is wide again. */
  @Test
  void aBlackHoleThatAgentsFoundIsOfItsTunnelUntilALookFindsItGone() {
    var observed =
        Observed.of(Clouds.three())
            .complains(
                "aws-1",
                "PathMTU",
                "BlackHole",
                "packets of more than 1280 bytes to node home-1 vanish")
            .complains(
                "home-1",
                "PathMTU",
                "BlackHole",
                "packets of more than 1280 bytes to node aws-1 vanish");
    var found = Diagnosis.of(observed.state(), List.of());
    assertEquals(Set.of("PathMTUBlackHole"), kinds(found));
    assertEquals(List.of("nodes aws-1, home-1"), found.stream().map(Fault::object).toList());
    assertEquals(List.of(), Diagnosis.of(observed.state(), List.of(GOOD_HOST)));
  }

  /** Its agent leaves the Peer out of the kernel; that is no second fault. */
  @Test
  void aPeerWithoutItsPresharedKeyIsNotMissedInTheKernel() {
    var observed = clusterFaults().get("PresharedKeySecretMissing");
    var device = Objects.requireNonNull(observed).state().views().getFirst();
    var peers = new HashMap<String, String>();
    device.nodes().forEach(n -> peers.put(n.device(0).orElseThrow().publicKey().text(), ""));
    device.peers().stream()
        .filter(p -> !p.name().equals("site"))
        .forEach(p -> peers.put(p.publicKey().text(), ""));
    var host =
        kernel(
            GOOD_HOST,
            GOOD_HOST.links(),
            new DataplaneFacts(Map.of(), Map.of("weft0", peers), List.of()));
    var found = Diagnosis.of(observed.state(), List.of(host));
    assertEquals(Set.of("PresharedKeySecretMissing"), kinds(found), found.toString());
  }

  @Test
  void aDeviceThatLostAllItsPeersMissesThem() {
    var host =
        kernel(
            GOOD_HOST,
            GOOD_HOST.links(),
            new DataplaneFacts(Map.of(), Map.of("weft0", Map.of()), List.of()));
    var found = Diagnosis.of(Observed.of(Clouds.three()).state(), List.of(host));
    assertEquals(Set.of("WireGuardPeerMissing"), kinds(found), found.toString());
  }

  @Test
  void aNameThatDoesNotResolveIsNotSaidByEveryAgentAgain() {
    var observed =
        Observed.of(Clouds.three())
            .peerSays("phone", "Accepted", "True", "'x.example' does not resolve; correct it")
            .complains(
                "aws-1",
                "Planned",
                "EndpointUnresolved",
                "Peer/phone endpoint: 'x.example' does not resolve on node aws-1; correct it");
    var found = Diagnosis.of(observed.state(), List.of());
    assertEquals(List.of("Peer/phone"), found.stream().map(Fault::object).toList());
  }

  @Test
  void aLocationWithoutGatewayIsNotSaidByEveryAgentAgain() {
    var observed =
        Observed.of(
                Clouds.three()
                    .node(
                        "far-1",
                        "far",
                        "10.9.0.11/24",
                        "192.0.2.99",
                        "10.42.9.0/24",
                        Map.of("weft.dev/gateway", "false")))
            .complains(
                "aws-1",
                "Planned",
                "NoPath",
                "10.42.9.0/24 can't be reached: location far has no gateway");
    var found = kinds(Diagnosis.of(observed.state(), List.of()));
    assertTrue(found.contains("NoGateway"), found.toString());
    assertFalse(found.contains("NoPath"), found.toString());
  }

  /** The kernel takes the larger of a link's rp_filter and that of all. */
  @Test
  void aLooseSettingForAllOutweighsAStrictLink() {
    var sysctls = Map.of("net.ipv4.conf.all.rp_filter", "2", "net.ipv4.conf.eth0.rp_filter", "1");
    var host = host(GOOD_HOST, GOOD_HOST.kernel(), sysctls, GOOD_HOST.rules(), true);
    assertEquals(List.of(), Diagnosis.of(Observed.of(Clouds.three()).state(), List.of(host)));
  }

  private static Set<String> kinds(List<Fault> faults) {
    return faults.stream().map(Fault::kind).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, Observed> clusterFaults() {
    var faults = new HashMap<String, Observed>();
    faults.put("AgentMissing", Observed.of(Clouds.three()).withoutReport("aws-2"));
    faults.put("AgentSilent", Observed.of(Clouds.three()).silent("gcp-2"));
    faults.put(
        "ClonedNode",
        Observed.of(Clouds.three())
            .report("gcp-2", r -> with(r, Clouds.key("gcp-1").text(), r.facts())));
    faults.put(
        "KeyNotPublished",
        Observed.of(Clouds.three())
            .report("gcp-1", r -> with(r, Clouds.key("new").text(), r.facts())));
    faults.put(
        "AgentVersionSkew",
        Observed.of(Clouds.three())
            .report(
                "gcp-1",
                r ->
                    with(
                        r,
                        Clouds.key("gcp-1").text(),
                        new NodeFactsReport("6.1.0", null, null, "0.0.9", links(r), List.of()))));
    faults.put(
        "WireGuardUnavailable",
        Observed.of(Clouds.three())
            .complains("aws-1", "Applied", "KernelUnavailable", "no WireGuard in this kernel"));
    faults.put(
        "KernelRefuses",
        Observed.of(Clouds.three()).complains("aws-1", "Applied", "Refused", "add rule: EPERM"));
    faults.put(
        "ForwardingOff",
        complaint("net.ipv4.ip_forward is 0: this node forwards nothing; run sysctl -w x=1"));
    faults.put(
        "IPv6Disabled",
        complaint("net.ipv6.conf.all.disable_ipv6 is 1, but the mesh has IPv6; run sysctl -w x=0"));
    faults.put(
        "IPv6ForwardingOff",
        complaint(
            "net.ipv6.conf.all.forwarding is 0: this node forwards no IPv6; run sysctl -w x=1"));
    faults.put(
        "StrictReversePath", complaint("rp_filter is strict on eth0, bad; run sysctl -w x=2"));
    faults.put(
        "BridgeFilterMissing",
        complaint("module br_netfilter is not loaded; run modprobe br_netfilter"));
    faults.put(
        "RoutesRemovedByNetworkd",
        complaint("systemd-networkd is running and removes rules; run systemctl restart x"));
    faults.put(
        "ViewHeld",
        Observed.of(Clouds.three())
            .complains("aws-1", "ViewAccepted", "NodesGone", "more than half of the nodes gone"));
    faults.put(
        "CNINotWritten",
        Observed.of(Clouds.three())
            .complains("aws-1", "CNI", "NotWritten", "read-only file system"));
    faults.put(
        "PresharedKeyMissing",
        Observed.of(Clouds.three())
            .complains("aws-1", "Planned", "PresharedKeyMissing", "Secret 'x' is not there"));
    faults.put("TunnelNeverUp", Observed.of(Clouds.three()).handshake("home-1", "gcp-1", "Never"));
    faults.put("TunnelLost", Observed.of(Clouds.three()).handshake("home-1", "aws-1", "Stale"));
    faults.put("MTUTooLarge", Observed.of(Clouds.three().mtu(1450)));
    faults.put(
        "LinkTooNarrow",
        Observed.of(Clouds.three())
            .report(
                "aws-1",
                r ->
                    with(
                        r,
                        Clouds.key("aws-1").text(),
                        new NodeFactsReport(
                            "6.1.0",
                            null,
                            null,
                            "0.1.0",
                            List.of(new ReportedLink("eth0", 1300, List.of("10.1.0.11/24"))),
                            List.of()))));
    faults.put(
        "LinkOverlapsMesh",
        Observed.of(Clouds.three())
            .report(
                "aws-1",
                r -> {
                  var links = new ArrayList<>(links(r));
                  links.add(new ReportedLink("docker0", 1500, List.of("10.42.200.1/24")));
                  return with(
                      r,
                      Clouds.key("aws-1").text(),
                      new NodeFactsReport("6.1.0", null, null, "0.1.0", links, List.of()));
                }));
    faults.put(
        "PodOutsidePodCIDR",
        Observed.of(Clouds.three())
            .pod(
                new PodState(
                    "default",
                    "stray",
                    "aws-1",
                    List.of(IpAddress.parse("172.17.0.2")),
                    false,
                    Map.of())));
    faults.put(
        "DNSRefusedByExit",
        Observed.of(
            Clouds.three()
                .fullTunnel("phone", "gcp")
                .edit("phone", s -> PeerEdits.withDns(s, "10.2.0.1", "10.96.0.10", "8.8.8.8"))));
    faults.put(
        "ConfigOutdated",
        Observed.of(Clouds.three()).peerSays("phone", "ConfigOutdated", "True", ""));
    faults.put(
        "OverlapsPodCIDR",
        Observed.of(Clouds.three().peer("thief", "10.42.1.0/24", "10.7.0.1/32")));
    faults.put("OverlapsPeer", Observed.of(Clouds.three().peer("thief", "10.6.0.0/25")));
    faults.put("DefaultRoute", Observed.of(Clouds.three().peer("thief", "0.0.0.0/0")));
    faults.put(
        "DuplicateKey",
        Observed.of(
            Clouds.three()
                .peer("thief", peer(Clouds.key("phone").text(), null, null, "10.7.0.1/32"))));
    faults.put(
        "EndpointInOwnAllowedIPs",
        Observed.of(
            Clouds.three()
                .peer(
                    "site",
                    peer(
                        Clouds.key("site").text(),
                        new PeerEndpoint("10.114.0.7", 51820),
                        null,
                        "10.114.0.0/24"))));
    faults.put(
        "EndpointIsANodes",
        Observed.of(
            Clouds.three()
                .peer(
                    "site",
                    peer(
                        Clouds.key("site").text(),
                        new PeerEndpoint("192.0.2.11", 51820),
                        null,
                        "10.7.0.0/24"))));
    faults.put(
        "PresharedKeySecretMissing",
        Observed.of(
                Clouds.three()
                    .peer("site", peer(Clouds.key("site").text(), null, "psk", "10.7.0.0/24")))
            .access(
                new AccessState(List.of(), List.of(), List.of(), true, Map.of(), Map.of(), 1, 0)));
    faults.put(
        "EndpointUnresolved",
        Observed.of(Clouds.three())
            .peerSays("phone", "Accepted", "True", "'x.example' does not resolve; correct it"));
    faults.put(
        "SameEndpoint",
        Observed.of(
            Clouds.three()
                .node("far-1", "far", "10.9.0.11/24", "192.0.2.11", "10.42.9.0/24", Map.of())));
    faults.put(
        "PrivateEndpoint",
        Observed.of(
            Clouds.three()
                .node(
                    "far-1",
                    "far",
                    "10.9.0.11/24",
                    "",
                    "10.42.9.0/24",
                    Map.of("weft.dev/endpoint", "10.9.0.11:51820"))));
    faults.put("NotJudged", Observed.of(Clouds.three()).unjudged());
    faults.put(
        "OperatorAway",
        Observed.of(Clouds.three())
            .access(
                new AccessState(
                    List.of(), List.of(), List.of(), false, Map.of(), Map.of(), 99, 0)));
    faults.put(
        "ClockSkew",
        Observed.of(Clouds.three())
            .access(
                new AccessState(
                    List.of(), List.of(), List.of(), false, Map.of(), Map.of(), 1, -90)));
    faults.put(
        "RightMissing",
        Observed.of(Clouds.three())
            .access(
                new AccessState(
                    List.of(),
                    List.of(),
                    List.of(),
                    false,
                    Map.of(),
                    Map.of(),
                    1,
                    0,
                    Map.of("aws-1", 1L),
                    List.of(
                        new AccessState.LackingRight(
                            "weft-agents/weft-agent", "patch nodereports.weft.dev")))));
    faults.put(
        "PermissionMissing",
        Observed.of(Clouds.three())
            .access(
                new AccessState(
                    List.of("list pods"), List.of(), List.of(), false, Map.of(), Map.of(), 1, 0)));
    faults.put(
        "CRDMissing",
        Observed.of(Clouds.three())
            .access(
                new AccessState(
                    List.of(), List.of("peers"), List.of(), false, Map.of(), Map.of(), 1, 0)));
    return faults;
  }

  private static Map<String, HostFacts> hostFaults() {
    var h = GOOD_HOST;
    var faults = new HashMap<String, HostFacts>();
    faults.put("WireGuardMissing", host(h, h.kernel(), h.sysctls(), h.rules(), false));
    faults.put("KernelTooOld", host(h, "4.19.0-27-amd64", h.sysctls(), h.rules(), true));
    faults.put(
        "RulesMissing",
        host(h, h.kernel(), h.sysctls(), List.of("32766:\tfrom all lookup main"), true));
    faults.put(
        "ForeignMark",
        host(
            h,
            h.kernel(),
            h.sysctls(),
            more(h.rules(), "100:\tfrom all fwmark 0x1000/0xf000 lookup 42"),
            true));
    faults.put(
        "RuleBeforeMesh",
        host(h, h.kernel(), h.sysctls(), more(h.rules(), "500:\tfrom all lookup main"), true));
    faults.put(
        "ForwardDrop", filter(h, new FirewallFacts(true, List.of("ip filter FORWARD"), List.of())));
    faults.put("FilterMissing", filter(h, new FirewallFacts(false, List.of(), List.of())));
    faults.put(
        "ListenPortBlocked",
        rule("inet filter input", "input", "udp dport 51820 counter packets 7 bytes 900 drop"));
    faults.put("DeviceMissing", kernel(h, List.of("lo", "eth0", "weftbr0"), h.dataplane()));
    faults.put(
        "RoutesMissing",
        kernel(
            h,
            h.links(),
            new DataplaneFacts(Map.of(7050, Set.of()), Map.of(), h.dataplane().tunnels())));
    faults.put(
        "WireGuardPeerMissing",
        kernel(
            h,
            h.links(),
            new DataplaneFacts(
                Map.of(),
                Map.of("weft0", Map.of(Clouds.key("somebody").text(), "")),
                h.dataplane().tunnels())));
    faults.put("UDPFiltered", echo(false, false));
    faults.put("PathMTUBlackHole", echo(true, false));
    faults.put("PluginMissing", cni(h, List.of("bridge", "portmap"), h.conflists()));
    faults.put(
        "ConflistOrder", cni(h, h.plugins(), List.of("05-cilium.conflist", "10-weft.conflist")));
    faults.put("ConflistMissing", cni(h, h.plugins(), List.of("10-flannel.conflist")));
    faults.put("PortTaken", ports(h, Map.of(51820, "openvpn"), List.of(), List.of()));
    faults.put("NameUnresolved", ports(h, h.udpOwners(), List.of("vpn.example.org"), List.of()));
    faults.put(
        "PortClosed",
        ports(
            h,
            h.udpOwners(),
            List.of(),
            List.of(new HostFacts.Probe("198.51.100.11:51820", true))));
    return faults;
  }

  private static Observed complaint(String message) {
    return Observed.of(Clouds.three()).complains("aws-1", "Preflight", "HostSettings", message);
  }

  private static List<ReportedLink> links(NodeReportSpec report) {
    var facts = report.facts();
    return facts == null ? List.of() : facts.links();
  }

  private static NodeReportSpec with(
      NodeReportSpec r, String key, @Nullable NodeFactsReport facts) {
    return new NodeReportSpec(
        List.of(new ReportedDevice(0, 0, key, 51820)),
        facts,
        r.observedEndpoints(),
        r.peers(),
        r.appliedRevision(),
        r.conditions());
  }

  private static PeerSpec peer(
      String key, @Nullable PeerEndpoint endpoint, @Nullable String secret, String allowed) {
    return new PeerSpec(
        null,
        key,
        secret == null ? null : new SecretRef(secret),
        null,
        List.of(allowed),
        endpoint,
        null,
        null,
        null,
        List.of(),
        null,
        null);
  }

  private static List<String> more(List<String> list, String one) {
    var all = new ArrayList<>(list);
    all.add(one);
    return all;
  }

  private static HostFacts host(
      HostFacts h, String kernel, Map<String, String> sysctls, List<String> rules, boolean module) {
    return changed(
        h,
        kernel,
        sysctls,
        module,
        h.links(),
        rules,
        h.firewall(),
        h.plugins(),
        h.conflists(),
        h.udpOwners(),
        h.unresolved(),
        h.probes(),
        h.dataplane());
  }

  private static HostFacts filter(HostFacts h, FirewallFacts filter) {
    return changed(
        h,
        h.kernel(),
        h.sysctls(),
        true,
        h.links(),
        h.rules(),
        filter,
        h.plugins(),
        h.conflists(),
        h.udpOwners(),
        h.unresolved(),
        h.probes(),
        h.dataplane());
  }

  private static HostFacts rule(String chain, String hook, String text) {
    var rule = new FirewallFacts.ForeignRule(chain, hook, text);
    return filter(GOOD_HOST, new FirewallFacts(true, List.of(), List.of(rule)));
  }

  private static HostFacts cni(HostFacts h, List<String> plugins, List<String> conflists) {
    return changed(
        h,
        h.kernel(),
        h.sysctls(),
        true,
        h.links(),
        h.rules(),
        h.firewall(),
        plugins,
        conflists,
        h.udpOwners(),
        h.unresolved(),
        h.probes(),
        h.dataplane());
  }

  private static HostFacts ports(
      HostFacts h, Map<Integer, String> owners, List<String> names, List<HostFacts.Probe> probes) {
    return changed(
        h,
        h.kernel(),
        h.sysctls(),
        true,
        h.links(),
        h.rules(),
        h.firewall(),
        h.plugins(),
        h.conflists(),
        owners,
        names,
        probes,
        h.dataplane());
  }

  private static HostFacts kernel(HostFacts h, List<String> links, DataplaneFacts dataplane) {
    return changed(
        h,
        h.kernel(),
        h.sysctls(),
        true,
        links,
        h.rules(),
        h.firewall(),
        h.plugins(),
        h.conflists(),
        h.udpOwners(),
        h.unresolved(),
        h.probes(),
        dataplane);
  }

  private static HostFacts echo(boolean small, boolean full) {
    return kernel(
        GOOD_HOST,
        GOOD_HOST.links(),
        new DataplaneFacts(
            Map.of(), Map.of(), List.of(new DataplaneFacts.Echo("aws-1", small, full))));
  }

  private static HostFacts changed(
      HostFacts h,
      String kernel,
      Map<String, String> sysctls,
      boolean module,
      List<String> links,
      List<String> rules,
      FirewallFacts firewall,
      List<String> plugins,
      List<String> conflists,
      Map<Integer, String> owners,
      List<String> names,
      List<HostFacts.Probe> probes,
      DataplaneFacts dataplane) {
    return new HostFacts(
        h.node(), kernel, sysctls, module, false, links, rules, firewall, plugins, conflists,
        owners, names, probes, dataplane);
  }
}
