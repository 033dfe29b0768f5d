package dev.weft.mesh.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EncapsulationMode;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.Granularity;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.plan.MeshPlan;
import dev.weft.mesh.plan.MeshPlanner;
import dev.weft.mesh.plan.NodeDecision;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Random meshes: one to six locations of one to four nodes, with or without public endpoints (but
 * for at most one location somebody has one, or at least one node sees where the others are, or no
 * path could exist), one or two families, annotations, Peers.
 */
class RandomMeshTest {
  @Property(tries = 120)
  void everyPairOfAReadyMeshReachesEachOther(@ForAll long seed, @ForAll Granularity granularity) {
    var clouds = random(new Random(seed)).granularity(granularity);
    var view = clouds.view();
    assertEquals(List.of(), Reachability.broken(clouds, view, clouds.states(view)));
  }

  /** The same, every location cut into subnets. */
  @Property(tries = 120)
  void everyPairReachesEachOtherAcrossSubnets(
      @ForAll long seed,
      @ForAll Granularity granularity,
      @ForAll boolean always,
      @ForAll boolean ipip) {
    var random = new Random(seed);
    var mode = always ? EncapsulationMode.ALWAYS : EncapsulationMode.CROSS_SUBNET;
    boolean dual = random.nextBoolean();
    var protocol = ipip && !dual ? EncapsulationProtocol.IPIP : EncapsulationProtocol.AUTO;
    var clouds = random(random, dual, 3).granularity(granularity).encapsulation(mode, protocol);
    var view = clouds.view();
    assertEquals(List.of(), Reachability.broken(clouds, view, clouds.states(view)));
  }

  @Property(tries = 60)
  void plansDoNotDependOnTheOrderOfWhatIsRead(@ForAll long seed, @ForAll Granularity granularity) {
    var snapshot = random(new Random(seed)).granularity(granularity).snapshot();
    var nodes = new ArrayList<>(snapshot.nodes());
    var peers = new ArrayList<>(snapshot.peers());
    Collections.shuffle(nodes, new Random(seed + 1));
    Collections.shuffle(peers, new Random(seed + 2));
    var shuffled =
        new ClusterSnapshot(
            snapshot.meshes(), nodes, peers, snapshot.unresolvedNames(), snapshot.nowEpochSecond());
    assertEquals(MeshPlanner.plan(snapshot), MeshPlanner.plan(shuffled));
  }

  @Property(tries = 60)
  void whatWasAllocatedStays(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int gone,
      @ForAll Granularity granularity) {
    var clouds = random(new Random(seed)).granularity(granularity);
    clouds.publish();
    var before = addresses(clouds.publish());
    var names = new ArrayList<>(before.keySet());
    Collections.shuffle(names, new Random(seed));
    names.stream().limit(Math.min(gone, names.size() - 1)).forEach(clouds::remove);
    clouds.node("new-1", "new", "10.200.0.1/24", "198.51.100.200", "10.42.200.0/24", Map.of());
    var after = addresses(clouds.publish());
    after.forEach(
        (name, addresses) -> {
          if (before.containsKey(name)) {
            assertEquals(before.get(name), addresses);
          }
        });
    assertEquals(after.size(), after.values().stream().distinct().count());
  }

  @Property(tries = 40)
  void planningWhatIsPublishedPublishesNothingNew(
      @ForAll long seed, @ForAll Granularity granularity) {
    var clouds = random(new Random(seed)).granularity(granularity);
    clouds.publish();
    var second = clouds.publish();
    assertEquals(second, clouds.plan());
    assertTrue(second.nodes().stream().allMatch(n -> n.spec().size() == 1));
  }

  private static Map<String, List<String>> addresses(MeshPlan plan) {
    var byNode = new TreeMap<String, List<String>>();
    for (NodeDecision node : plan.nodes()) {
      byNode.put(node.name(), node.spec().getFirst().addresses());
    }
    return byNode;
  }

  private static Clouds random(Random random) {
    return random(random, random.nextBoolean(), 1);
  }

  private static Clouds random(Random random, boolean dual, int subnets) {
    var clouds = new Clouds();
    if (dual) {
      clouds.addresses("10.4.0.0/16", "fd04::/64");
    }
    int locations = 1 + random.nextInt(6);
    int hidden = random.nextInt(locations); // this one may be all behind NAT
    boolean observed = random.nextBoolean(); // then all but one node may be
    for (int l = 0; l < locations; l++) {
      int size = 1 + random.nextInt(4);
      for (int n = 0; n < size; n++) {
        var number = l * 10 + n + 1;
        boolean isPublic =
            observed
                ? number == 1 || random.nextInt(4) == 0
                : l != hidden && (n == 0 || random.nextBoolean());
        int subnet = subnets == 1 ? 0 : random.nextInt(subnets);
        var internal = new ArrayList<>(List.of("10.%d.%d.%d/24".formatted(100 + l, subnet, n + 1)));
        var pods = new ArrayList<>(List.of("10.42.%d.0/24".formatted(number)));
        if (dual) {
          internal.add("fd%02d:0:0:%d::%d/64".formatted(10 + l, subnet, n + 1));
          pods.add("fd42:0:0:%d::/64".formatted(number));
        }
        Map<String, String> annotations =
            switch (random.nextInt(6)) {
              case 0 -> Map.of("weft.dev/gateway", "true");
              case 1 -> n > 0 ? Map.of("weft.dev/gateway", "false") : Map.of();
              case 2 ->
                  n == 0
                      ? Map.of("weft.dev/location-cidrs", "172.%d.0.0/16".formatted(16 + l))
                      : Map.of();
              default -> Map.of();
            };
        var external = isPublic ? "198.51.100." + number : "";
        clouds.node(
            "n%d-%d".formatted(l, n),
            "loc" + l,
            internal,
            external,
            pods,
            observed ? annotations : annotations(annotations, isPublic));
      }
    }
    if (observed) {
      clouds.observedBy("n0-0");
    }
    for (int p = random.nextInt(3); p > 0; p--) {
      clouds.peer("peer" + p, "10.5.0." + p + "/32", "10.6." + p + ".0/24");
    }
    return clouds;
  }

  /** A preferred gateway without an endpoint would leave two hidden locations without a path. */
  private static Map<String, String> annotations(
      Map<String, String> annotations, boolean isPublic) {
    return !isPublic && annotations.containsValue("true") ? Map.of() : annotations;
  }
}
