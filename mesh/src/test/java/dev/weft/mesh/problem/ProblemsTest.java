package dev.weft.mesh.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProblemsTest {
  @Test
  void anObjectHasSixteenProblemsAndOneThatCountsTheOthers() {
    var problems = new Problems("Node", "n");
    for (int i = 0; i < 35_000; i++) {
      problems.error("spec.podCIDRs[" + i + "]", "InvalidPrefix", "number " + i);
    }
    var all = problems.toList();
    assertEquals(17, all.size());
    assertEquals("number 15", all.get(15).message());
    assertEquals("MoreProblems", all.getLast().reason());
    assertEquals("spec", all.getLast().field());
    assertTrue(all.getLast().message().startsWith("and 34984 more"), all.getLast()::message);
  }

  @Test
  void anErrorThatIsNotShownStillCountsAsOne() {
    var problems = new Problems("Peer", "p");
    for (int i = 0; i < 16; i++) {
      problems.warn("spec.endpoint", "EndpointUnresolved", "warning " + i);
    }
    assertFalse(problems.hasErrors());
    problems.error("spec.publicKey", "InvalidKey", "no key");
    assertTrue(problems.hasErrors());
    assertEquals(Severity.ERROR, problems.toList().getLast().severity());
  }

  @Test
  void theSameProblemCountsOnce() {
    var problems = new Problems("Node", "n");
    problems.error("spec", "A", "once");
    problems.error("spec", "A", "once");
    assertEquals(1, problems.toList().size());
  }

  @Test
  void whatAnAuthorWroteIsShownOnOneBoundedLine() {
    var long3 = Problem.error("Node", "n", "f", "R", "x".repeat(300_000));
    assertEquals(1_000, long3.message().length());
    var forged =
        Problem.error("Node", "n", "a\nb", "R", "ok\n2026-01-01 ERROR forged\u001b[2J\u202e");
    assertEquals("Node/n a?b: ok?2026-01-01 ERROR forged?[2J?", forged.toString());
    assertEquals("'a?b'", Quote.of("a\tb"));
    assertTrue(Quote.of("y".repeat(5_000)).endsWith("' (5000 characters)"));
  }
}
