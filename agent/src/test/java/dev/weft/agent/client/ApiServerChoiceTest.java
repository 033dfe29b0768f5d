package dev.weft.agent.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.runtime.thread.Supervision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ApiServerChoiceTest {
  private static final ApiServerAddress SERVICE = new ApiServerAddress("10.96.0.1", 443);
  private static final ApiServerAddress PUBLIC = new ApiServerAddress("192.0.2.11", 6443);
  private static final ApiServerChoice BOTH = new ApiServerChoice(List.of(SERVICE, PUBLIC));

  @Test
  void firstAddressThatAnswersIsCalled() {
    assertEquals(SERVICE, BOTH.first(a -> true));
    assertEquals(PUBLIC, BOTH.first(PUBLIC::equals));
    assertEquals(SERVICE, BOTH.first(a -> false));
  }

  @Test
  void loneAddressIsNotTried() {
    var tried = new ArrayList<ApiServerAddress>();
    assertEquals(SERVICE, new ApiServerChoice(List.of(SERVICE, SERVICE)).first(tried::add));
    assertEquals(List.of(), tried);
  }

  @Test
  void anotherAddressTakesOverOnlyIfItAnswers() {
    assertEquals(Optional.of(PUBLIC), BOTH.insteadOf(SERVICE, a -> true));
    assertEquals(Optional.empty(), BOTH.insteadOf(SERVICE, a -> false));
    assertEquals(Optional.of(SERVICE), BOTH.insteadOf(PUBLIC, a -> true));
  }

  @Test
  void agentEndsWhereItsAddressIsLostAndAnotherAnswers() {
    var lost = new AtomicBoolean();
    var answers = new AtomicBoolean();
    var ended = new AtomicBoolean();
    var rounds = new Supervision().watch("api-server", Duration.ofMinutes(1));
    try (var change =
        new ApiServerSwitch(
            BOTH, SERVICE, lost::get, a -> answers.get(), () -> ended.set(true), rounds)) {
      answers.set(true);
      change.look();
      assertEquals(false, ended.get(), "it still answers");
      lost.set(true);
      answers.set(false);
      change.look();
      assertEquals(false, ended.get(), "nothing answers: it may be an outage");
      answers.set(true);
      change.look();
      assertEquals(true, ended.get());
    }
  }

  @Test
  void malformedAddressIsRefused() {
    assertEquals(PUBLIC, ApiServerChoice.parse("192.0.2.11:6443"));
    assertEquals("[2001:db8::1]:6443", ApiServerChoice.parse("[2001:db8::1]:6443").toString());
    assertThrows(IllegalArgumentException.class, () -> ApiServerChoice.parse("192.0.2.11"));
    assertThrows(IllegalArgumentException.class, () -> ApiServerChoice.parse("https://a:1"));
  }
}
