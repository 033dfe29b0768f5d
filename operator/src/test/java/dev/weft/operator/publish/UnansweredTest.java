package dev.weft.operator.publish;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UnansweredTest {
  private final Unanswered unanswered = new Unanswered();

  @Test
  void onlyTheFirstWriteWithoutAnAnswerIsABrokenConnection() {
    assertTrue(unanswered.test(0));
    assertFalse(unanswered.test(0), "the API server does not answer");
    unanswered.answered();
    assertTrue(unanswered.test(0));
  }

  @Test
  void aRefusalIsAnAnswer() {
    assertFalse(unanswered.test(422));
    assertTrue(unanswered.test(0));
    assertFalse(unanswered.test(403));
    assertTrue(unanswered.test(0));
  }
}
