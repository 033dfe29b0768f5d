package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.view.Published;
import dev.weft.agent.view.ViewKeeper;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a pass may remove what is not in its inputs. */
class CompletenessTest {
  private final ViewKeeper views = new ViewKeeper("a", Optional.of(Published.mesh("a", "b")));

  @Test
  void aViewThatTheApiServerHasNotConfirmedIsIncomplete() {
    assertFalse(Reconciler.isComplete(views, true));
  }

  @Test
  void aConfirmedViewIsIncompleteUntilThePresharedKeysAreListed() {
    views.take(Published.listed(Published.mesh("a", "b"), 2));
    assertFalse(Reconciler.isComplete(views, false));
    assertTrue(Reconciler.isComplete(views, true));
  }
}
