package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each fault singly, then pairs of them, in labs of several topologies. The seed is printed; {@code
 * WEFT_SOAK_SEED} repeats the pairs.
 */
class DiagnoseSoak {
  private static final int PAIRS = 20;

  /**
   * One topology.
   *
   * @param node that faults are made on, the only one of its cloud
   * @param callable a gateway elsewhere that has an endpoint
   */
  @ParameterizedTest
  @CsvSource({
    "three-clouds, home-1, gcp-1",
    "two-homes, home-1, aws-1",
    "bare-metal, gcp-1, aws-1"
  })
  void everyFaultIsNamedAlsoBesideAnother(String topology, String node, String callable) {
    try (var up = TopologyLab.up(topology)) {
      up.assertWell();
      var lab = up.lab();
      var diagnosed = new Diagnosed(lab);
      lab.inventory().nodes().forEach(n -> diagnosed.assertNames(n.name(), List.of()));
      try (var all = new LookAlikes(lab, node)) {
        diagnosed.assertNames(all.node(), List.of());
      }
      var table = new FaultTable(lab, node);
      var host = table.ofTheHost();
      var cloud = node.substring(0, node.indexOf('-'));
      var others = new ArrayList<>(table.ofObjects());
      others.addAll(table.ofTheNetwork(cloud, gateways(up, cloud), callable));
      others.add(table.rightsTakenAway());
      host.forEach(diagnosed::assertNamed);
      others.forEach(diagnosed::assertNamed);
      pairs(diagnosed, host, others);
      diagnosed.assertNamed(table.meshTooWide());
      diagnosed.assertNamed(ForeignAgents.older(lab, node));
      diagnosed.assertNamed(ForeignAgents.cloned(lab, node, callable));
      new WithoutAgent(diagnosed, node, true).assertEachIsNamed(() -> {});
      lab.inventory().nodes().forEach(n -> diagnosed.assertNames(n.name(), List.of()));
      lab.forgetCaptures(); // what left while a rule came before Weft's
      up.assertWell();
    }
  }

  /**
   * One of the host's with one of something else's: they share nothing that could be in the way.
   */
  private static void pairs(
      Diagnosed diagnosed, List<InjectedFault> host, List<InjectedFault> others) {
    var seed = System.getenv("WEFT_SOAK_SEED");
    long chosen = seed == null ? System.nanoTime() : Long.parseLong(seed);
    System.out.println("measured: seed " + chosen);
    var random = new Random(chosen);
    for (int i = 0; i < PAIRS; i++) {
      diagnosed.assertAllNamed(
          List.of(
              host.get(random.nextInt(host.size())), others.get(random.nextInt(others.size()))));
    }
  }

  private static List<String> gateways(TopologyLab up, String cloud) {
    var names = new ArrayList<String>();
    for (var node : up.lab().kubectl().get("wgn").get("items")) {
      if (node.at("/spec/role").asText().equals("Gateway")
          && !node.at("/spec/location").asText().equals(cloud)) {
        names.add(node.at("/metadata/name").asText());
      }
    }
    assertTrue(names.size() > 1, names::toString);
    return names;
  }
}
