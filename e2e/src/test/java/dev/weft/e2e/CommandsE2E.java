package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Wait;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

/** The commands that look at a cluster, against one; and what somebody without rights is told. */
@ExtendWith(SharedLab.class)
class CommandsE2E {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<String> NODES = List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1");

  @TempDir static Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"terminal", "dot", "svg", "mermaid"})
  void everyFormOfTheGraphHasEveryNodeAndLocation(String form) throws Exception {
    var graph = weft("graph", "-o", form);
    for (var name : NODES) {
      assertTrue(graph.contains(name), graph);
    }
    switch (form) {
      case "dot" -> assertEquals(3, occurrences(graph, "subgraph \"cluster_"), graph);
      case "mermaid" -> assertEquals(3, occurrences(graph, "\n  subgraph "), graph);
      case "svg" -> {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        var source = new InputSource(new StringReader(graph));
        assertEquals(
            "svg", factory.newDocumentBuilder().parse(source).getDocumentElement().getTagName());
      }
      default -> assertTrue(graph.contains("gcp"), graph);
    }
  }

  @Test
  void whatANodeWasToldIsWhatItsToolsShow() {
    var node = "home-1";
    var all = weft("config", node);
    var told = new TreeMap<String, Set<String>>();
    var key = "";
    for (var line : section(all, "# wg showconf").lines().toList()) {
      if (line.startsWith("PublicKey = ")) {
        key = line.substring("PublicKey = ".length());
      } else if (line.startsWith("AllowedIPs = ")) {
        told.put(key, words(line.substring("AllowedIPs = ".length()), ", "));
      }
    }
    var shown = new TreeMap<String, Set<String>>();
    SharedLab.on(node, "wg show weft0 allowed-ips")
        .lines()
        .map(l -> l.split("\t", 2))
        .forEach(l -> shown.put(l[0], words(l[1], " ")));
    assertEquals(shown, told);
    var routes = new TreeSet<String>();
    section(all, "# ip route")
        .lines()
        .filter(l -> !l.startsWith("#"))
        .forEach(l -> routes.add(l.split(" ", 2)[0].replace("/32", "")));
    var there = new TreeSet<String>();
    SharedLab.on(node, "ip route show table 7050")
        .lines()
        .filter(l -> !l.isBlank() && !l.startsWith("\t"))
        .forEach(l -> there.add(l.split(" ", 2)[0]));
    assertEquals(there, routes);
    assertTrue(all.contains("not from all fwmark 0x1000/0x1000 lookup 7050"), all);
    assertTrue(all.contains("PrivateKey = (redacted)"), all);
    var nft = weft("config", node, "--part", "nft");
    assertTrue(nft.startsWith("# nft") && all.contains(nft.strip()), nft);
  }

  @Test
  void allFormsTellTheSameNodes() throws IOException {
    var table = weft("nodes");
    var wide = weft("nodes", "-o", "wide");
    var json = new ObjectMapper().readTree(weft("nodes", "-o", "json"));
    var yaml = weft("nodes", "-o", "yaml");
    for (var node : NODES) {
      assertTrue(table.contains(node), table);
      assertTrue(wide.contains(node), wide);
      assertTrue(json.findValuesAsText("name").contains(node), json::toString);
      assertTrue(yaml.contains("name: \"" + node + "\""), yaml);
    }
    assertTrue(wide.length() > table.length());
  }

  @Test
  void aRotatedPeerHasItsAddressesAndAnotherKeyEverywhere() {
    var file = folder.resolve("rotated.conf").toString();
    weft("peer", "add", "rotated", "--location", "aws", "-w", file);
    try {
      var before = SharedLab.lab().kubectl().get("wgp", "rotated");
      weft("peer", "rotate", "rotated", "-w", file);
      var after = SharedLab.lab().kubectl().get("wgp", "rotated");
      var old = before.at("/spec/publicKey").asText();
      var now = after.at("/spec/publicKey").asText();
      assertNotEquals(old, now);
      assertEquals(before.at("/status/addresses"), after.at("/status/addresses"));
      assertEquals(
          now,
          Shell.script(
                  dev.weft.e2e.exec.Place.HOST,
                  "sed -n 's/^PrivateKey = //p' '%s' | wg pubkey".formatted(file))
              .orThrow()
              .strip());
      var gateway = SharedLab.gateway("aws");
      assertTrue(Wait.holds(LIMIT, () -> has(gateway, now) && !has(gateway, old)));
    } finally {
      weft("peer", "revoke", "rotated");
    }
  }

  @Test
  void aPlanAgainstTheClusterTellsWhatWouldChangeAndChangesNothing() throws IOException {
    var mesh = SharedLab.lab().kubectl().get("wgm", "demo");
    var sample = SharedLab.REPOSITORY.resolve("deploy/samples/three-clouds.yaml");
    assertEquals("no node would change\n", weft("plan", "--live", "-f", sample.toString()));
    var full = folder.resolve("full.yaml");
    Files.writeString(
        full, Files.readString(sample).replace("granularity: Location", "granularity: Full"));
    var plan = weft("plan", "--live", "-f", full.toString());
    for (var node : NODES) {
      assertTrue(plan.contains("== " + node), plan);
    }
    var refused = SharedLab.lab().weft("plan", "--live", "-o", "json", "-f", full.toString());
    assertEquals(2, refused.exit());
    assertEquals(
        mesh.at("/metadata/generation"),
        SharedLab.lab().kubectl().get("wgm", "demo").at("/metadata/generation"));
  }

  @Test
  void whoMayNotIsToldSoInOneLine() throws IOException {
    var lab = SharedLab.lab();
    lab.kubectl().run("create", "serviceaccount", "guest", "-n", "default").orThrow();
    try {
      var token = lab.kubectl().run("create", "token", "guest", "-n", "default").orThrow().strip();
      var config = Files.readString(lab.directory().root().resolve("kubeconfig"));
      var guest = folder.resolve("guest");
      Files.writeString(guest, config.replaceAll("token: [^}]*", "token: " + token));
      for (var command :
          List.of(
              List.of("status"),
              List.of("plan", "--live", "-f", "/dev/null"),
              List.of("peer", "add", "x", "-w", folder.resolve("x").toString()),
              List.of("peer", "revoke", "x"))) {
        var said = lab.weftAs(guest, command.toArray(String[]::new));
        assertEquals(2, said.exit(), said.out());
        assertEquals(1, said.err().lines().count(), said.err());
        assertTrue(said.err().contains("may not"), said.err());
        assertFalse(said.err().contains(token));
      }
    } finally {
      lab.kubectl().run("delete", "serviceaccount", "guest", "-n", "default").orThrow();
    }
  }

  private static boolean has(String gateway, String key) {
    return SharedLab.holdsOn(gateway, "wg show weft0 peers | grep -qF '" + key + "'");
  }

  /** The lines below a head, to the next one. */
  private static String section(String text, String head) {
    int start = text.indexOf(head);
    assertTrue(start >= 0, text);
    int end = text.indexOf("\n# ", start);
    return text.substring(start, end < 0 ? text.length() : end);
  }

  private static Set<String> words(String text, String separator) {
    return new TreeSet<>(List.of(text.split(separator, -1)));
  }

  private static int occurrences(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  /** A command that succeeds. */
  private static String weft(String... args) {
    return SharedLab.lab().weft(args).orThrow();
  }
}
