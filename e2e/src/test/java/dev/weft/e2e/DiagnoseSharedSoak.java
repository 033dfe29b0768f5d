package dev.weft.e2e;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Faults that are really there, and {@code kubectl weft diagnose} as root on a node: each is named,
 * and nothing besides, so that what is left of the one before would be seen, too.
 */
@ExtendWith(SharedLab.class)
class DiagnoseSharedSoak {
  private static Diagnosed diagnosed;
  private static BrokenLinks links;

  @BeforeAll
  static void healthyNodesHaveNoFaults() {
    SharedLab.assertWell();
    diagnosed = new Diagnosed(SharedLab.lab());
    links = new BrokenLinks(SharedLab.lab(), "home-1", SharedLab.gateway("gcp"));
    for (var node : List.of("home-1", "gcp-1", "aws-2")) {
      diagnosed.assertNames(node, List.of());
    }
  }

  /** What left by the underlay while a rule came before Weft's is that rule's doing. */
  @AfterAll
  static void allIsWellAgain() {
    diagnosed.assertNames("home-1", List.of());
    SharedLab.lab().forgetCaptures();
    SharedLab.assertWell();
  }

  @Test
  void faultsOfTheHostAreNamed() {
    diagnosed.assertAllNamed(new HostFaults(SharedLab.lab(), "home-1").all());
  }

  @Test
  void faultsOfObjectsAreNamed() {
    var objects = new ObjectFaults(SharedLab.lab(), "home-1");
    objects.all().forEach(diagnosed::assertNamed);
    diagnosed.assertNamed(objects.rightsTakenAway());
  }

  @Test
  void faultsOfTheNetworkAreNamed() {
    new NetworkFaults(SharedLab.lab(), "home-1", SharedLab.gateway("gcp"))
        .all()
        .forEach(diagnosed::assertNamed);
  }

  @Test
  void whatIsTakenFromANodeWhoseAgentIsAwayIsNamed() {
    new WithoutAgent(diagnosed, "home-1", false)
        .assertEachIsNamed(() -> diagnosed.assertBroken(links.agentAway()));
  }

  @Test
  void whatLooksLikeAFaultIsNone() {
    try (var all = new LookAlikes(SharedLab.lab(), "home-1")) {
      diagnosed.assertNames(all.node(), List.of());
    }
  }

  @Test
  void explainStopsAtTheLinkThatIsBroken() {
    links.all().forEach(diagnosed::assertBreaks);
    diagnosed.assertWhole(links.agentAway());
  }
}
