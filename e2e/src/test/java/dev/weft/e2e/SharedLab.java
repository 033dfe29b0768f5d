package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.LabStatus;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Progress;
import dev.weft.e2e.lab.Topology;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.probe.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One lab of the default topology for all tests of a run: built when the first asks for it, ended
 * after the last. With {@code WEFT_LAB_KEEP} in the environment it is kept for a look, and for the
 * next run.
 */
final class SharedLab implements BeforeAllCallback {
  static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  /** Of this lab, and the first part of the names of others. */
  static final String NAME = System.getenv().getOrDefault("WEFT_LAB_NAME", "e2e");

  private static final LabDirectory DIRECTORY = LabDirectory.named(NAME);
  private static final boolean KEEP = System.getenv("WEFT_LAB_KEEP") != null;
  private static @Nullable Lab lab;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Ends the lab when JUnit closes its root store. */
  private record Running() implements AutoCloseable {
    @Override
    public void close() {
      if (!KEEP) {
        Lab.down(DIRECTORY);
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(SharedLab.class, _ -> start(), Running.class);
  }

  private static Running start() {
    if (KEEP && DIRECTORY.exists()) {
      lab = Lab.open(DIRECTORY);
      lab.forgetCaptures();
      return new Running();
    }
    Lab.down(DIRECTORY);
    var topology = Topology.read(REPOSITORY.resolve("e2e/topologies/three-clouds.yaml"));
    lab = Lab.up(DIRECTORY, topology, REPOSITORY, false, new Progress(System.out));
    lab.awaitReady(PATIENCE);
    return new Running();
  }

  /** The lab as it is now. */
  static Lab lab() {
    return Objects.requireNonNull(lab, "the lab isn't up");
  }

  /** Waits until every pod reaches every other and all agents are ready, and fails otherwise. */
  static LabStatus assertWell() {
    var lab = lab();
    lab.awaitReady(PATIENCE);
    var status =
        Wait.look(
            PATIENCE, Duration.ofMillis(500), lab::status, s -> s.good() || !s.internet().clean());
    if (!status.internet().clean()) {
      lab.forgetCaptures(); // said once, not by every test that follows
    }
    assertTrue(status.good(), status::text);
    return status;
  }

  /** The first pod of a node. */
  static Endpoint pod(String node) {
    return lab().endpoint(new PodName(node, "a"));
  }

  /** The first pod of the first node of every cloud. */
  static List<Endpoint> onePodPerCloud() {
    return List.of(pod("aws-1"), pod("gcp-1"), pod("home-1"));
  }

  /** The gateway of a location. */
  static String gateway(String location) {
    return gateway(lab(), location)
        .orElseThrow(() -> new AssertionError(location + " has no gateway"));
  }

  /** The gateway of a location of any lab; empty: it has none at the moment. */
  static Optional<String> gateway(Lab lab, String location) {
    return gateways(lab).getOrDefault(location, List.of()).stream().findFirst();
  }

  /** The gateways of any lab by location, by one request to its API server. */
  static Map<String, List<String>> gateways(Lab lab) {
    return lab.kubectl()
        .get("wgn")
        .get("items")
        .valueStream()
        .filter(n -> n.at("/spec/role").asText().equals("Gateway"))
        .collect(
            Collectors.groupingBy(
                n -> n.at("/spec/location").asText(),
                Collectors.mapping(n -> n.at("/metadata/name").asText(), Collectors.toList())));
  }

  /** The address with which the internet sees the gateway of a location. */
  static String exitAddress(String location) {
    return lab()
        .kubectl()
        .get("node", gateway(location))
        .at("/status/addresses")
        .valueStream()
        .filter(a -> a.path("type").asText().equals("ExternalIP"))
        .map(a -> a.path("address").asText())
        .findFirst()
        .orElseThrow();
  }

  /** Runs a script on a node and returns what it says. */
  static String on(String node, String script) {
    return Shell.script(lab().machine(node), script).orThrow().strip();
  }

  /** Whether a script on a node succeeds. */
  static boolean holdsOn(String node, String script) {
    return Shell.script(lab().machine(node), script).ok();
  }

  /** How long it takes until something holds; fails when it takes longer than the limit. */
  static Duration timeUntil(String what, Duration limit, Supplier<Boolean> holds) {
    long start = System.nanoTime();
    assertTrue(Wait.holds(limit, holds::get), () -> what + ": not within " + limit);
    var taken = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf("measured: %s: %d ms%n", what, taken.toMillis());
    return taken;
  }

  /** Merges into the spec of a lab's mesh; doesn't wait. */
  static void patch(Lab lab, String spec) {
    lab.kubectl()
        .run("patch", "wgm", "demo", "--type=merge", "-p", "{\"spec\":" + spec + "}")
        .orThrow();
  }

  /** Applies a Peer, of which the API server may think what it likes. */
  static Output peer(String name, String key, String rest) {
    return lab()
        .kubectl()
        .input(
            """
            apiVersion: weft.dev/v1alpha1
            kind: Peer
            metadata: {name: %s}
            spec: {publicKey: %s, %s}
            """
                .formatted(name, key, rest),
            "apply",
            "-f",
            "-");
  }

  /** Changes the granularity, as a user does. */
  static void granularity(String granularity) {
    patch(lab(), "{\"granularity\":\"%s\"}".formatted(granularity));
    timeUntil(
        "granularity " + granularity + " in effect",
        PATIENCE,
        () -> {
          var mesh = lab().kubectl().get("wgm", "demo");
          return mesh.at("/status/effective/granularity").asText().equals(granularity)
              && mesh.at("/status/readyNodes").equals(mesh.at("/status/nodes"));
        });
  }
}
