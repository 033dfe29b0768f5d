package dev.weft.mesh.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.LinkSettings;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.NodeFacts;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnderlayTest {
  private static final LinkFacts ETH0 = link("eth0", 9000, "10.1.0.11/24");

  private static LinkFacts link(String name, int mtu, String address) {
    return new LinkFacts(name, mtu, List.of(InterfaceAddress.parse(address)));
  }

  private static DesiredState aws1(LinkFacts... links) {
    return DataplanePlanner.plan(
        Clouds.three().view(),
        new NodeFacts("aws-1", List.of(links), Map.of(), List.of(Clouds.API_SERVER)),
        Clouds.secrets("aws-1"));
  }

  @ParameterizedTest
  @CsvSource({
    "tailscale0, 1280, 100.71.2.3/32",
    "wg0, 1420, 10.77.0.1/24",
    "kube-dummy-if, 1500, 10.96.0.10/32",
    "br-0123456789ab, 1500, 172.18.0.1/16",
    "docker0, 1500, 172.17.0.1/16",
    "eth7, 1400, 172.31.4.4/24",
  })
  void aLinkThatNoTunnelLeavesByNarrowsNothing(String name, int mtu, String address) {
    var wanted = aws1(ETH0).device(DeviceId.DEFAULT).orElseThrow().mtu();
    assertEquals(8920, wanted);
    assertEquals(
        wanted, aws1(ETH0, link(name, mtu, address)).device(DeviceId.DEFAULT).orElseThrow().mtu());
  }

  @Test
  void anUplinkWithAPublicAddressCounts() {
    assertEquals(
        1420,
        aws1(ETH0, link("eth1", 1500, "8.8.4.4/24")).device(DeviceId.DEFAULT).orElseThrow().mtu());
  }

  @Test
  void whereNoLinkIsCertainOthersTunnelsAndEnginesDoNotCount() {
    var facts =
        List.of(
            link("eth5", 1500, "172.31.0.9/24"),
            link("tailscale0", 1280, "100.71.2.3/32"),
            link("docker0", 1400, "172.17.0.1/16"));
    assertEquals(
        1420, aws1(facts.toArray(LinkFacts[]::new)).device(DeviceId.DEFAULT).orElseThrow().mtu());
  }

  /** A rule that comes before main would send the host's own containers to another cloud. */
  @ParameterizedTest
  @CsvSource({
    "docker0, 192.168.17.1/24",
    "virbr0, 192.168.22.1/24",
    "br-0123456789ab, 192.168.18.1/24",
    "lxdbr0, 192.168.19.1/24",
    "eth1, 192.168.20.1/24"
  })
  void whatIsOnLinkAtAnEngineStaysThere(String name, String address) {
    // gcp's location CIDRs hold 192.168.0.0/18.
    var network = InterfaceAddress.parse(address).network();
    assertTrue(thrown(aws1(ETH0, link(name, 1500, address))).contains(network));
    assertFalse(thrown(aws1(ETH0)).contains(network));
  }

  @Test
  void anEnginesNetworkIsNoWayToOtherNodes() {
    var marked =
        aws1(ETH0, link("docker0", 1500, "172.17.0.1/16")).linkSettings().stream()
            .map(LinkSettings::link)
            .toList();
    assertTrue(marked.contains("eth0") && !marked.contains("docker0"), marked::toString);
  }

  private static List<Prefix> thrown(DesiredState state) {
    return state.routes().stream()
        .flatMap(
            r -> r.target() instanceof RouteTarget.Throw ? Stream.of(r.destination()) : Stream.of())
        .toList();
  }
}
