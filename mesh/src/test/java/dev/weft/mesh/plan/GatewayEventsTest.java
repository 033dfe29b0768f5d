package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.fixture.Agents;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.plan.gateway.Fate;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.snapshot.NodeInput;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which nodes of aws are its gateways through random sequences of events: a Lease that runs out and
 * comes back, an agent that is silent or faulty, a cordon, a drain, a node that may be no gateway,
 * another number of gateways. Six nodes in three zones, on four hosts; two have no endpoint.
 */
class GatewayEventsTest {
  private static final int EVENTS = 60;
  private static final List<String> AWS =
      IntStream.rangeClosed(1, 6).mapToObj(i -> "aws-" + i).toList();

  private final List<String> history = new ArrayList<>();
  private final Set<String> faulty = new TreeSet<>();
  private Clouds clouds = Clouds.three();
  private int wanted = 2;

  /** A gateway as published; a node that is none is absent. */
  private record Role(int ordinal, boolean isDraining, boolean isFirst) {}

  static IntStream seeds() {
    return IntStream.range(0, 100);
  }

  private void start(Random random) {
    clouds = Clouds.three().gatewaysPerLocation(wanted);
    for (int i = 3; i <= 6; i++) {
      var external = i < 5 ? "192.0.2.1" + i : "";
      var pods = "10.42.1" + i + ".0/24";
      clouds.node("aws-" + i, "aws", "10.1.0.1" + i + "/24", external, pods, Map.of());
    }
    for (var name : AWS) {
      var zone = "eu-1" + "abc".charAt(random.nextInt(3));
      clouds.change(name, n -> NodeEdits.labelled(n, "topology.kubernetes.io/zone", zone));
      clouds.change(name, n -> NodeEdits.labelled(n, "weft.dev/host", "h" + random.nextInt(4)));
    }
    clouds
        .snapshot()
        .nodes()
        .forEach(n -> clouds.change(n.name(), i -> NodeEdits.reportingLanes(i, 8)));
    for (int i = 0; i < 3; i++) {
      agentsApply(clouds.publish());
    }
  }

  private void agentsApply(MeshPlan plan) {
    Agents.apply(clouds, plan.view(Clouds.MESH).orElseThrow());
  }

  private static Map<String, Role> roles(Collection<WireGuardNodeSpec> specs, List<String> names) {
    var roles = new TreeMap<String, Role>();
    int i = 0;
    for (var spec : specs) {
      var name = names.get(i++);
      if (spec.location().equals("aws") && spec.role() == NodeRole.GATEWAY) {
        var ordinal = Objects.requireNonNullElse(spec.ordinal(), 0);
        boolean isDraining = Boolean.TRUE.equals(spec.draining());
        roles.put(name, new Role(ordinal, isDraining, spec.peerGateway()));
      }
    }
    return roles;
  }

  private static Map<String, Role> roles(MeshPlan plan) {
    var planned = plan.nodes().stream().filter(n -> !n.spec().isEmpty()).toList();
    return roles(
        planned.stream().map(n -> n.spec().getFirst()).toList(),
        planned.stream().map(NodeDecision::name).toList());
  }

  private Map<String, Role> published() {
    var nodes = clouds.snapshot().nodes().stream().filter(n -> !n.published().isEmpty()).toList();
    return roles(
        nodes.stream().map(n -> n.published().getFirst()).toList(),
        nodes.stream().map(NodeInput::name).toList());
  }

  private NodeInput node(String name) {
    return clouds.snapshot().nodes().stream()
        .filter(n -> n.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isLeaving(NodeInput node) {
    return node.isCordoned() || "true".equals(node.annotations().get("weft.dev/drain"));
  }

  private static boolean isForbidden(NodeInput node) {
    return "false".equals(node.annotations().get("weft.dev/gateway"));
  }

  /** Whether a node may be a gateway without any doubt. */
  private boolean isReady(String name) {
    var node = node(name);
    return node.liveness() == Liveness.ALIVE
        && !isLeaving(node)
        && !isForbidden(node)
        && !faulty.contains(name);
  }

  private Set<String> ready() {
    return AWS.stream().filter(this::isReady).collect(Collectors.toSet());
  }

  private static Set<String> staying(Map<String, Role> roles) {
    return roles.entrySet().stream()
        .filter(e -> !e.getValue().isDraining())
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** One event; the name of the node that it is about, or empty. */
  private String event(Random random) {
    var name = AWS.get(random.nextInt(AWS.size()));
    int what = random.nextInt(12);
    history.add(what + " " + name);
    switch (what) {
      case 0 -> clouds.change(name, n -> NodeEdits.liveness(n, Liveness.EXPIRED));
      case 1 -> clouds.change(name, n -> NodeEdits.liveness(n, Liveness.AGENT_SILENT));
      case 2, 3, 4 -> clouds.change(name, n -> NodeEdits.liveness(n, Liveness.ALIVE));
      case 5 -> clouds.change(name, n -> NodeEdits.cordoned(n, true));
      case 6, 7 -> clouds.change(name, n -> NodeEdits.cordoned(n, false));
      case 8 -> clouds.change(name, n -> NodeEdits.annotated(n, "weft.dev/drain", "true"));
      case 9 -> {
        var annotations =
            random.nextInt(3) == 0 ? Map.of("weft.dev/gateway", "false") : Map.<String, String>of();
        clouds.change(name, n -> NodeEdits.annotated(n, annotations));
      }
      case 10 -> {
        if (!faulty.remove(name)) {
          faulty.add(name);
        }
        boolean isFaulty = faulty.contains(name);
        clouds.change(
            name,
            n -> NodeEdits.reports(n, n.report().stream().map(r -> with(r, isFaulty)).toList()));
      }
      default -> {
        wanted = 2 + random.nextInt(2);
        clouds.gatewaysPerLocation(wanted);
        return "";
      }
    }
    return name;
  }

  private static NodeReportSpec with(NodeReportSpec r, boolean isFaulty) {
    var failed = new ConditionBuilder().withType("Applied").withStatus("False").build();
    return new NodeReportSpec(
        r.devices(),
        r.facts(),
        r.observedEndpoints(),
        r.peers(),
        r.appliedRevision(),
        isFaulty ? List.of(failed) : List.of());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverHappensALocationKeepsTheGatewaysThatItCanHave(int seed) {
    var random = new Random(seed);
    start(random);
    for (int i = 0; i < EVENTS; i++) {
      var before = published();
      var readyBefore = ready();
      int wantedBefore = wanted;
      var elsewhere = elsewhere(clouds.plan());
      var about = event(random);
      var plan = clouds.publish();
      var now = roles(plan);
      assertSound(now);
      assertEquals(elsewhere, elsewhere(plan), this::told);
      assertEnough(now);
      assertNobodyLeavesWithoutADrain(before, now);
      if (wanted == wantedBefore) {
        assertSteady(before, now, about, readyBefore);
        assertWellChosen(before, now);
      }
      assertEquals(now, roles(clouds.plan()), () -> told() + ": planned twice, other roles");
      if (random.nextInt(3) > 0) {
        agentsApply(plan);
      }
    }
  }

  private String told() {
    return history + " wanted " + wanted;
  }

  /** Names of the first gateways of the other locations. */
  private static Set<String> elsewhere(MeshPlan plan) {
    return plan.nodes().stream()
        .filter(
            n -> n.spec().stream().anyMatch(s -> s.peerGateway() && !s.location().equals("aws")))
        .map(NodeDecision::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void assertSound(Map<String, Role> roles) {
    assertEquals(
        roles.size(),
        roles.values().stream().map(Role::ordinal).distinct().count(),
        () -> told() + ": an ordinal twice: " + roles);
    assertEquals(
        roles.isEmpty() ? 0 : 1,
        roles.values().stream().filter(Role::isFirst).count(),
        () -> told() + ": gateways for Peers: " + roles);
  }

  /** As many as are asked for, as soon as there are nodes for them, and no more. */
  private void assertEnough(Map<String, Role> now) {
    int staying = staying(now).size();
    int most = Math.min(wanted, ready().size());
    assertTrue(staying >= most, () -> told() + ": ready " + ready() + ", gateways " + now);
    assertTrue(staying <= wanted, () -> told() + ": too many: " + now);
    boolean anyMay = AWS.stream().anyMatch(n -> !isForbidden(node(n)));
    assertTrue(staying >= 1 || !anyMay, () -> told() + ": none stays: " + now);
  }

  /** One that works is left by others before it stops to be a gateway. */
  private void assertNobodyLeavesWithoutADrain(Map<String, Role> before, Map<String, Role> now) {
    for (var name : before.keySet()) {
      var node = node(name);
      boolean works = node.liveness() != Liveness.EXPIRED && !isForbidden(node);
      if (works && !now.containsKey(name)) {
        assertTrue(before.get(name).isDraining(), () -> told() + ": " + name + " went at once");
      }
      if (works && now.containsKey(name)) {
        assertEquals(
            before.get(name).ordinal(),
            now.get(name).ordinal(),
            () -> told() + ": another ordinal of " + name);
      }
    }
  }

  /** What happens to one node takes no role from another that was and is ready. */
  private void assertSteady(
      Map<String, Role> before, Map<String, Role> now, String about, Set<String> readyBefore) {
    boolean isBack = before.values().stream().anyMatch(Role::isDraining);
    for (var name : staying(before)) {
      if (!isBack && !name.equals(about) && readyBefore.contains(name) && isReady(name)) {
        assertTrue(
            staying(now).contains(name), () -> told() + ": " + name + " lost its role: " + now);
      }
    }
    if (!about.isEmpty() && !before.containsKey(about)) {
      boolean hasEnough = staying(before).stream().filter(this::isReady).count() >= wanted;
      if (hasEnough) {
        assertEquals(staying(before), staying(now), () -> told() + ": nothing was to change");
      }
    }
  }

  /** Who is new is ready, if anyone is, and shares least with those that stay. */
  private void assertWellChosen(Map<String, Role> before, Map<String, Role> now) {
    var fresh = new TreeSet<>(staying(now));
    fresh.removeAll(before.keySet());
    for (var name : fresh) {
      var others = new TreeSet<>(ready());
      others.removeAll(now.keySet());
      assertTrue(
          isReady(name) || others.isEmpty(),
          () -> told() + ": " + name + " was chosen before " + others);
      var kept = new TreeSet<>(staying(now));
      kept.remove(name);
      boolean isFurther = Optional.ofNullable(now.get(name)).filter(r -> !r.isFirst()).isPresent();
      if (fresh.size() == 1 && isFurther) {
        long shared = shared(name, kept);
        others.forEach(
            other ->
                assertTrue(
                    shared <= shared(other, kept),
                    () -> told() + ": " + name + " shares more than " + other));
      }
    }
  }

  private long shared(String name, Set<String> others) {
    var own = Fate.of(node(name).labels());
    return others.stream()
        .flatMap(o -> Fate.of(node(o).labels()).stream())
        .filter(own::contains)
        .count();
  }
}
