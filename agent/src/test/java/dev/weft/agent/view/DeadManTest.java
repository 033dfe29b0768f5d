package dev.weft.agent.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeadManTest {
  private static final PublishedMesh OLD = Published.mesh("a", "b");
  private static final PublishedMesh NEW = Published.mesh("a", "b", "c");
  private static final PublishedMesh NEWER = Published.mesh("a", "b", "c", "d");

  private final DeadMan deadMan = new DeadMan();

  private static ApiContact answered(long now) {
    return new ApiContact(now, now, false);
  }

  private static ApiContact silent(long now, long since) {
    return new ApiContact(now, since, true);
  }

  private void replace(PublishedMesh previous, PublishedMesh fresh, ApiContact contact) {
    deadMan.replaced(previous, fresh, contact);
    deadMan.applied(contact);
  }

  /** The view of second 100 loses the API server, which answered last in second 95. */
  private void lose() {
    replace(OLD, NEW, answered(100));
    assertEquals(Optional.of(OLD), deadMan.heed(silent(145, 95)));
  }

  @Test
  void anAnswerProvesAView() {
    replace(OLD, NEW, answered(100));
    assertEquals(Optional.of(OLD), deadMan.proven());
    assertEquals(Optional.empty(), deadMan.heed(answered(101)));
    assertEquals(Optional.empty(), deadMan.proven());
    assertEquals(Optional.empty(), deadMan.heed(silent(500, 101)), "lost for another reason");
  }

  @Test
  void anAnswerBeforeTheViewIsAppliedProvesNothing() {
    deadMan.replaced(OLD, NEW, answered(100));
    assertEquals(Optional.empty(), deadMan.heed(answered(102)));
    assertEquals(Optional.of(OLD), deadMan.proven());
    deadMan.applied(answered(103));
    deadMan.applied(answered(105));
    deadMan.heed(answered(104));
    assertEquals(Optional.empty(), deadMan.proven());
  }

  @Test
  void anAnswerFromBeforeProvesNothing() {
    replace(OLD, NEW, answered(100));
    assertEquals(Optional.empty(), deadMan.heed(silent(110, 100)));
    assertEquals(Optional.of(OLD), deadMan.proven());
  }

  @Test
  void lossOfTheApiServerGoesBackAfterPatience() {
    replace(OLD, NEW, answered(100));
    assertEquals(Optional.empty(), deadMan.heed(silent(144, 95)));
    assertEquals(Optional.of(OLD), deadMan.heed(silent(145, 95)));
    assertFalse(deadMan.admits(NEW, silent(146, 95)));
  }

  @Test
  void aViewThatCutTheNodeOffIsRefusedUntilItDiffersOrForLong() {
    lose();
    assertEquals(Optional.empty(), deadMan.heed(answered(150)));
    assertFalse(deadMan.admits(NEW, answered(151)));
    assertTrue(deadMan.admits(NEWER, answered(151)));
    assertFalse(deadMan.admits(NEW, answered(150 + DeadMan.REFUSAL.toSeconds() - 1)));
    assertTrue(deadMan.admits(NEW, answered(150 + DeadMan.REFUSAL.toSeconds())));
  }

  @Test
  void theSecondRefusalOfAViewIsLonger() {
    lose();
    deadMan.heed(answered(150));
    replace(OLD, NEW, answered(1000));
    assertEquals(Optional.of(OLD), deadMan.heed(silent(1045, 1000)));
    deadMan.heed(answered(1050));
    assertFalse(deadMan.admits(NEW, answered(1050 + DeadMan.REFUSAL.toSeconds())));
    assertTrue(deadMan.admits(NEW, answered(1050 + 2 * DeadMan.REFUSAL.toSeconds())));
  }

  @Test
  void anOutageThatTheOldViewDoesNotEndIsNotTheNewOnesFault() {
    lose();
    assertEquals(Optional.empty(), deadMan.heed(silent(200, 95)));
    assertEquals(Optional.of(NEW), deadMan.heed(silent(145 + DeadMan.HOPE.toSeconds(), 95)));
    assertTrue(deadMan.admits(NEW, answered(400)));
  }

  @Test
  void ofSeveralViewsInARowTheOneThatSawAnAnswerIsGoneBackTo() {
    replace(OLD, NEW, answered(100));
    replace(NEW, NEWER, silent(110, 95));
    assertEquals(Optional.of(OLD), deadMan.proven());
    assertEquals(Optional.of(OLD), deadMan.heed(silent(155, 95)));
  }

  @Test
  void anAgentThatWasNeverAnsweredGoesNowhere() {
    replace(OLD, NEW, ApiContact.NONE);
    assertEquals(Optional.empty(), deadMan.heed(silent(1000, ApiContact.NEVER)));
  }
}
