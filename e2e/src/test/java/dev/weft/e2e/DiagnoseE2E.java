package dev.weft.e2e;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Faults that are really there, and {@code kubectl weft diagnose} as root on a node. */
@ExtendWith(SharedLab.class)
class DiagnoseE2E {
  private static Diagnosed diagnosed;
  private static FaultTable table;

  @BeforeAll
  static void healthyNodesHaveNoFaults() {
    SharedLab.assertWell();
    diagnosed = new Diagnosed(SharedLab.lab());
    table = new FaultTable(SharedLab.lab(), "home-1");
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
    table.ofTheHost().forEach(diagnosed::assertNamed);
  }

  @Test
  void faultsOfObjectsAreNamed() {
    table.ofObjects().forEach(diagnosed::assertNamed);
  }
}
