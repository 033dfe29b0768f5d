package dev.weft.mesh.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.InternalEndpoints;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.NodeFacts;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedEndpointsTest {
  /** The lower candidate is called first; EndpointTrials goes through the rest. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "IPv6 alone  | 2001:db8:1::2/64               | [2001:db8::9]:51820",
        "IPv4 alone  | 10.2.0.11/24                   | 203.0.113.9:51820",
        "both        | 10.2.0.11/24 2001:db8:1::2/64  | 203.0.113.9:51820 [2001:db8::9]:51820",
        "not known   | ''                             | 203.0.113.9:51820 [2001:db8::9]:51820",
      })
  void aNameIsCalledAtTheFamiliesThatTheNodeHas(String what, String own, String called) {
    var clouds =
        Clouds.three()
            .internalEndpoints(InternalEndpoints.NEVER)
            .node(
                "hub",
                "office",
                "10.9.0.11/24",
                "",
                "10.42.9.0/24",
                Map.of("weft.dev/endpoint", "hub.example.net:51820"));
    var addresses =
        Stream.of(own.split(" +")).filter(a -> !a.isEmpty()).map(InterfaceAddress::parse).toList();
    var state =
        DataplanePlanner.plan(
            clouds.view(),
            new NodeFacts(
                "gcp-1",
                List.of(new LinkFacts("eth0", 1500, addresses)),
                Map.of(
                    "hub.example.net",
                    List.of(IpAddress.parse("203.0.113.9"), IpAddress.parse("2001:db8::9"))),
                List.of()),
            Clouds.secrets("gcp-1"));
    var hub =
        state.device(DeviceId.DEFAULT).orElseThrow().peers().stream()
            .filter(p -> p.publicKey().equals(Clouds.key("hub")))
            .findFirst()
            .orElseThrow();
    assertEquals(
        List.of(called.split(" ")),
        hub.endpoints().stream().map(Endpoint::toString).toList(),
        what);
  }

  /** The name's owner decides where it leads, and where no other machine is nobody is called. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127.0.0.1                  | ''",
        "169.254.169.254            | ''",
        "fd00:ec2::254              | ''",
        "::1                        | ''",
        "127.0.0.1 203.0.113.9      | 203.0.113.9:51820",
      })
  void aNameIsNotCalledWhereNoOtherMachineIs(String addresses, String called) {
    var clouds =
        Clouds.three()
            .internalEndpoints(InternalEndpoints.NEVER)
            .node(
                "hub",
                "office",
                "10.9.0.11/24",
                "",
                "10.42.9.0/24",
                Map.of("weft.dev/endpoint", "hub.example.net:51820"));
    var found = Stream.of(addresses.split(" +")).map(IpAddress::parse).toList();
    var facts = clouds.facts("gcp-1");
    var state =
        DataplanePlanner.plan(
            clouds.view(),
            new NodeFacts("gcp-1", facts.links(), Map.of("hub.example.net", found), List.of()),
            Clouds.secrets("gcp-1"));
    var hub =
        state.device(DeviceId.DEFAULT).orElseThrow().peers().stream()
            .filter(p -> p.publicKey().equals(Clouds.key("hub")))
            .findFirst()
            .orElseThrow();
    assertEquals(
        called, String.join(" ", hub.endpoints().stream().map(Endpoint::toString).toList()));
    assertEquals(
        called.isEmpty(),
        state.problems().stream().anyMatch(p -> p.reason().equals("EndpointNotAllowed")));
  }
}
