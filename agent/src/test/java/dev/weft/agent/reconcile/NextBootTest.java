package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.boot.BootGuard;
import dev.weft.agent.key.DeviceKeys;
import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.ApiState;
import dev.weft.agent.view.MeshObject;
import dev.weft.agent.view.Published;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.view.NodeSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What passes leave for the node's next boot. */
class NextBootTest {
  private static final AcceptedView VIEW = AcceptedView.read(Published.mesh("a", "b"));
  private static final WireGuardNodeSpec OWN = Published.node("main", "a", 1);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first
  private NextBoot nextBoot;

  @BeforeEach
  void start() throws IOException {
    Files.createDirectories(directory.resolve("state"));
    nextBoot = nextBoot();
  }

  private NextBoot nextBoot() {
    var guard =
        new BootGuard(directory.resolve("state"), directory.resolve("run"), Optional.empty());
    return new NextBoot(guard, "a");
  }

  private Path file() {
    return directory.resolve("state").resolve(BootGuard.FILE);
  }

  private boolean isLifted() {
    return Files.exists(directory.resolve("run").resolve(BootGuard.MARKER));
  }

  private static ApiState state(
      Map<String, MeshObject> meshes, Map<String, WireGuardNodeSpec> nodes) {
    return new ApiState(true, meshes, Set.of(), nodes, Map.of(), Optional.empty());
  }

  private static LinkFacts link(String name, int octet) {
    return new LinkFacts(
        name, 1500, List.of(InterfaceAddress.parse("10.%d.0.1/24".formatted(octet))));
  }

  /** A pass under the view, on a node with these links. */
  private void pass(NextBoot nextBoot, LinkFacts... links) throws IOException {
    var facts = new NodeFacts("a", List.of(links), Map.of(), List.of());
    var keys = DeviceKeys.open(directory.resolve("state"));
    var secrets = new NodeSecrets(keys.upTo(0), Map.of());
    var desired = DataplanePlanner.plan(VIEW.view(), facts, secrets);
    var outcome =
        new Outcome(
            List.of(links),
            HostKernel.UNKNOWN,
            List.of(desired),
            List.of(),
            List.of(),
            List.of(),
            "");
    nextBoot.guard(Optional.of(VIEW), outcome, state(Map.of(), Map.of()));
  }

  private void passWithoutView(NextBoot nextBoot, ApiState state) {
    nextBoot.guard(Optional.empty(), Outcome.withoutView(List.of(), HostKernel.UNKNOWN), state);
  }

  /** A node that shuts down, or whose network fails, loses one link after the other. */
  @Test
  void linksThatGoDownStayInTheFilter() throws IOException {
    pass(nextBoot, link("wan", 0), link("lan", 9));
    var whole = Files.readString(file());
    assertTrue(whole.contains("{ \"lan\", \"wan\" }"), whole);
    pass(nextBoot, link("wan", 0));
    assertEquals(whole, Files.readString(file()));
    pass(nextBoot);
    assertEquals(whole, Files.readString(file()));
  }

  @Test
  void linksThatComeAndGoDoNotMakeItLongForEver() throws IOException {
    var links = Stream.concat(Stream.of(link("wan", 0)), pods(100)).toArray(LinkFacts[]::new);
    pass(nextBoot, links);
    pass(nextBoot, link("wan", 0));
    assertTrue(Files.readString(file()).contains("{ \"wan\" }"), Files.readString(file()));
  }

  private static Stream<LinkFacts> pods(int count) {
    return IntStream.range(0, count).mapToObj(i -> link("veth" + i, 100 + i));
  }

  /** Its checkpoint is lost, and the operator has not published the mesh yet. */
  @Test
  void aMemberWhoseViewIsNotKnownYetStaysClosed() throws IOException {
    pass(nextBoot, link("wan", 0));
    Files.delete(directory.resolve("run").resolve(BootGuard.MARKER)); // a boot
    var mesh = new MeshObject(WireGuardMeshSpec.DEFAULT, Optional.empty(), 2);
    var afterBoot = nextBoot();
    passWithoutView(afterBoot, ApiState.NOTHING);
    passWithoutView(afterBoot, state(Map.of("main", mesh), Map.of("a", OWN)));
    assertTrue(Files.exists(file()));
    assertFalse(isLifted());
    pass(afterBoot, link("wan", 0));
    assertTrue(isLifted());
  }

  @Test
  void aNodeWithoutAMeshHoldsNothingBack() throws IOException {
    var mesh = new MeshObject(WireGuardMeshSpec.DEFAULT, Optional.empty(), 2);
    for (var state :
        List.of(
            state(Map.of(), Map.of()),
            state(Map.of(), Map.of("a", OWN)),
            state(Map.of("main", mesh), Map.of("b", OWN)))) {
      pass(nextBoot, link("wan", 0));
      passWithoutView(nextBoot, state);
      assertFalse(Files.exists(file()), state::toString);
    }
  }
}
