package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.lab.PodName;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An egress rule in a lab of any families: the pods of both nodes of aws, its gateway and a member,
 * leave by gcp; that of home by its own node.
 */
final class EgressByFamily {
  private static final String EXIT = "gcp";
  private static final List<PodName> CHOSEN =
      List.of(new PodName("aws-1", "a"), new PodName("aws-2", "a"));
  private static final PodName OTHER = new PodName("home-1", "a");

  private final TopologyLab lab;
  private boolean cut;

  EgressByFamily(TopologyLab lab) {
    this.lab = lab;
  }

  void lead() {
    CHOSEN.forEach(pod -> lab.lab().announce(pod, "default", Map.of("app", "crawler")));
    lab.lab().announce(OTHER, "default", Map.of("app", "web"));
    SharedLab.patch(
        lab.lab(),
        """
        {"egress": [{"name": "crawlers", "location": "gcp", "whenAway": "Drop",
                     "podSelector": {"matchLabels": {"app": "crawler"}}}]}""");
  }

  void assertChosenPodsAreSeenAsTheExit(Family family) {
    CHOSEN.forEach(pod -> assertSeenAsTheExit(family, lab.lab().pod(pod)));
    assertOtherPodLeavesAtItsNode(family);
  }

  void assertSeenAsTheExit(Family family, Place from) {
    web(family).assertSees(() -> exitAddress(family), from);
  }

  void cutTheExit() {
    lab.lab().faults().cut(EXIT);
    cut = true;
  }

  void mendTheExit() {
    if (cut) {
      lab.lab().faults().mend(EXIT);
      cut = false;
    }
  }

  void assertChosenPodsReachNothing(Family family) {
    var web = web(family);
    web.watch("aws");
    CHOSEN.forEach(pod -> assertEquals("", web.seen(lab.lab().pod(pod))));
    assertEquals(0, web.requests("aws"), "requests that left elsewhere");
    assertOtherPodLeavesAtItsNode(family);
  }

  /** Takes the rule off, after which it has left nothing. */
  void end() {
    mendTheExit();
    SharedLab.patch(lab.lab(), "{\"egress\":null}");
    lab.lab().inventory().nodes().stream()
        .map(node -> lab.lab().machine(node.name()))
        .forEach(EgressTraces::assertNone);
    lab.lab().kubectl().run("delete", "pods", "--all", "--namespace=default", "--force").orThrow();
  }

  /** At home, IPv4 has its router's address. */
  private void assertOtherPodLeavesAtItsNode(Family family) {
    var topology = lab.lab().inventory().topology();
    var address =
        family == Family.IPV4
            ? topology.cloud("home").publicSubnet(family).orElseThrow().host(2)
            : publicAddress("home-1", family);
    web(family).assertSees(() -> address, lab.lab().pod(OTHER));
  }

  private String exitAddress(Family family) {
    return SharedLab.gateway(lab.lab(), EXIT)
        .map(gateway -> publicAddress(gateway, family))
        .orElse("");
  }

  private String publicAddress(String name, Family family) {
    var topology = lab.lab().inventory().topology();
    return lab.lab().inventory().nodes().stream()
        .filter(node -> node.name().equals(name))
        .flatMap(
            node ->
                Stream.concat(
                    node.externalAddresses(topology).stream(),
                    node.internalAddresses(topology).stream()))
        .map(IpAddress::parse)
        .filter(a -> a.family() == family && a.isGloballyRoutable())
        .findFirst()
        .map(IpAddress::toString)
        .orElse("");
  }

  private WebServer web(Family family) {
    return new WebServer(lab.lab(), family);
  }
}
