package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each fault singly, then pairs of them, then each broken link of a path, in labs of several
 * topologies. What fails doesn't keep the others from being tried. The seed is printed; {@code
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
      var objects = new ObjectFaults(lab, node);
      var host = new HostFaults(lab, node).all();
      var others = new ArrayList<>(objects.all());
      others.addAll(new NetworkFaults(lab, node, callable).all());
      others.add(objects.rightsTakenAway());
      var links = new BrokenLinks(lab, node, callable);

      var all = new ArrayList<Executable>();
      all.add(() -> healthy(diagnosed));
      all.add(
          () -> {
            try (var alike = new LookAlikes(lab, node)) {
              diagnosed.assertNames(alike.node(), List.of());
            }
          });
      host.forEach(f -> all.add(() -> diagnosed.assertNamed(f)));
      others.forEach(f -> all.add(() -> diagnosed.assertNamed(f)));
      pairs(host, others).forEach(p -> all.add(() -> diagnosed.assertAllNamed(p)));
      links.all().forEach(l -> all.add(() -> diagnosed.assertBreaks(l)));
      all.add(() -> diagnosed.assertNamed(objects.meshTooWide()));
      all.add(() -> diagnosed.assertNamed(ForeignAgents.older(lab, node)));
      all.add(() -> diagnosed.assertNamed(ForeignAgents.cloned(lab, node, callable)));
      all.add(() -> diagnosed.assertNames(node, List.of())); // with a key of its own again
      all.add(
          () ->
              new WithoutAgent(diagnosed, node, true)
                  .assertEachIsNamed(() -> diagnosed.assertBroken(links.agentAway())));
      all.add(() -> diagnosed.assertWhole(links.agentAway()));
      all.add(() -> healthy(diagnosed));
      assertAll(topology, all);
      lab.forgetCaptures(); // what left while a rule came before Weft's
      up.assertWell();
    }
  }

  private static void healthy(Diagnosed diagnosed) {
    diagnosed.lab().inventory().nodes().forEach(n -> diagnosed.assertNames(n.name(), List.of()));
  }

  /**
   * One of the host's with one of something else's: they share nothing that could be in the way.
   */
  private static List<List<InjectedFault>> pairs(
      List<InjectedFault> host, List<InjectedFault> others) {
    var seed = System.getenv("WEFT_SOAK_SEED");
    long chosen = seed == null ? System.nanoTime() : Long.parseLong(seed);
    System.out.println("measured: seed " + chosen);
    var pairs = new ArrayList<List<InjectedFault>>();
    host.forEach(one -> others.forEach(other -> pairs.add(List.of(one, other))));
    Collections.shuffle(pairs, new Random(chosen));
    return pairs.subList(0, PAIRS);
  }
}
