package dev.weft.agent.podsource;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CniResultsTest {
  private static final Set<String> ATTACHED = Set.of("veth1", "veth2");

  @TempDir private Path folder;

  /** As containerd 1.6 wrote it on a node, with the conflist's text left out. */
  static String cached(String network, String link, String mac, String... addresses) {
    var ips = new StringBuilder();
    for (var address : addresses) {
      ips.append(ips.isEmpty() ? "" : ",")
          .append("{\"version\":\"4\",\"interface\":2,\"address\":\"")
          .append(address)
          .append("\",\"gateway\":\"10.2.1.1\"}");
    }
    return """
        {"kind":"cniCacheV1","containerId":"c","config":"e30=","ifName":"eth0","networkName":"%s",
         "result":{"cniVersion":"0.4.0","dns":{},"interfaces":[{"mac":"02:00:00:00:00:aa","name":"weftbr0"},
          {"mac":"02:00:00:00:00:bb","name":"%s"},{"mac":"%s","name":"eth0","sandbox":"/var/run/netns/cni-1"}],
          "ips":[%s]}}
        """
        .formatted(network, link, mac, ips);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private List<PodPort> ports() throws IOException {
    return new CniResults(folder).ports(ATTACHED);
  }

  @Test
  void aResultNamesPortAndAddressesOfBothFamilies() throws IOException {
    write("weft-c-eth0", cached("weft", "veth1", "02:00:00:00:00:01", "10.2.1.5/24", "fd02::5/64"));
    assertEquals(
        List.of(
            new PodPort(
                "veth1",
                Optional.of(MacAddress.parse("02:00:00:00:00:01")),
                List.of(IpAddress.parse("10.2.1.5"), IpAddress.parse("fd02::5")))),
        ports());
  }

  @Test
  void whatIsNoResultOfAnAttachedPodIsLeftOut() throws IOException {
    write("weft-good-eth0", cached("weft", "veth2", "", "10.2.1.6/24"));
    write("weft-gone-eth0", cached("weft", "veth9", "", "10.2.1.7/24"));
    write("weft-other-eth0", cached("weft-2", "veth1", "", "10.2.1.8/24"));
    write("cbr0-c-eth0", cached("weft", "veth1", "", "10.2.1.9/24"));
    write("weft-half-eth0", cached("weft", "veth1", "", "10.2.1.9/24").substring(0, 200));
    write("weft-text-eth0", cached("weft", "veth1", "", "10.2.1.9; flush ruleset"));
    write("weft-mac-eth0", cached("weft", "veth1", "\\\" } drop", "10.2.1.9/24"));
    write("weft-none-eth0", cached("weft", "veth1", ""));
    write("weft-deep-eth0", "[".repeat(50_000));
    write("weft-large-eth0", " ".repeat((int) CniResults.MOST_BYTES) + cached("weft", "veth1", ""));
    write("weft-link-eth0", cached("weft", "veth1\\\" drop", "", "10.2.1.9/24"));
    Files.createDirectory(folder.resolve("weft-folder"));
    Files.createSymbolicLink(folder.resolve("weft-symlink"), folder.resolve("cbr0-c-eth0"));
    assertEquals(
        List.of(new PodPort("veth2", Optional.empty(), List.of(IpAddress.parse("10.2.1.6")))),
        ports());
  }

  @Test
  void resultsOfPodsThatAreGoneCrowdNoLivingOneOut() throws IOException {
    for (int i = 0; i <= CniResults.MOST_PORTS; i++) {
      write("weft-gone%d-eth0".formatted(i), cached("weft", "veth9", "", "10.2.1.7/24"));
    }
    // Folders have no order: on every side of where the limit would be.
    for (int i = 0; i < 16; i++) {
      write("weft-living%d-eth0".formatted(i), cached("weft", "veth-" + i, "", "10.2.1.6/24"));
    }
    var attached =
        IntStream.range(0, 16).mapToObj(i -> "veth-" + i).collect(Collectors.toUnmodifiableSet());
    assertEquals(16, new CniResults(folder).ports(attached).size());
  }

  @Test
  void aFolderThatIsNotThereHoldsNone() throws IOException {
    assertEquals(List.of(), new CniResults(folder.resolve("missing")).ports(ATTACHED));
  }
}
