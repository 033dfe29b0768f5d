package dev.weft.agent.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real host-local (Debian's containernetworking-plugins) with what the conflist says to it. */
class HostLocalTest {
  private static final Path PLUGIN = Path.of("/usr/lib/cni/host-local");
  private static final List<Prefix> PODS = List.of(Prefix.parse("10.42.7.0/24"));

  @TempDir private Path folder;

  private record Answer(int status, String text) {}

  private Answer call(String command, String marker) throws IOException, InterruptedException {
    var json = new ObjectMapper();
    var list = json.readTree(new Conflist(PODS, 1420, marker).text());
    ObjectNode config = json.createObjectNode();
    config.set("cniVersion", list.path("cniVersion"));
    config.set("name", list.path("name"));
    ObjectNode ipam = list.at("/plugins/0/ipam").deepCopy();
    config.set("ipam", ipam.put("dataDir", folder.resolve("data").toString()));
    var builder = new ProcessBuilder(PLUGIN.toString()).redirectErrorStream(true);
    builder.environment().put("CNI_COMMAND", command);
    builder.environment().put("CNI_CONTAINERID", "pod-1");
    builder.environment().put("CNI_NETNS", "/proc/self/ns/net");
    builder.environment().put("CNI_IFNAME", "eth0");
    builder.environment().put("CNI_PATH", "/usr/lib/cni");
    var process = builder.start();
    try (var input = process.getOutputStream()) {
      input.write(json.writeValueAsBytes(config));
    }
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), text);
  }

  @Test
  void noAddressIsGivenBeforeTheMarkerIsThere() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(PLUGIN), "there is no " + PLUGIN);
    var marker = new BootMarker(folder, folder);
    var path = marker.pathOnHost(PODS);
    var refused = call("ADD", path);
    assertTrue(refused.status() != 0 && refused.text().contains("no such file"), refused.text());
    assertFalse(Files.exists(folder.resolve("data/weft/10.42.7.2")), "an address was held");
    marker.set(PODS);
    var given = call("ADD", path);
    assertEquals(0, given.status(), given.text());
    assertTrue(given.text().contains("10.42.7.2/24"), given.text());
    // After a reboot the runtime deletes the sandboxes of before, marker or not.
    assertTrue(marker.remove());
    assertEquals(0, call("DEL", path).status());
    assertFalse(Files.exists(folder.resolve("data/weft/10.42.7.2")));
  }
}
