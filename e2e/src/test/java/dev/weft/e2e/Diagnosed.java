package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A lab in which {@code diagnose} and {@code explain} are run, as root on one of its nodes. */
final class Diagnosed {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reports of agents may be ten seconds old, and the machine busy. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int FEW_REPAIRS = 2;

  private final Lab lab;

  /** What agents had put right when they were started anew. */
  private final Map<String, Integer> forgotten = new HashMap<>();

  Diagnosed(Lab lab) {
    this.lab = lab;
  }

  /** A fault as it is named: kind and object. */
  record Named(String text, String fix) {}

  Lab lab() {
    return lab;
  }

  /** What diagnose names, on a node. */
  List<Named> look(String node) {
    var found = new ArrayList<Named>();
    for (var fault : json(lab.weftOn(node, "diagnose", "--node", node, "-o", "json"))) {
      found.add(
          new Named(
              fault.path("kind").asText() + " " + fault.path("object").asText(),
              fault.path("fix").asText()));
    }
    return found;
  }

  /** Waits until exactly these are named on that node, and returns them. */
  List<Named> assertNames(String node, Collection<String> expected) {
    var wanted = new TreeSet<>(expected);
    long end = System.nanoTime() + PATIENCE.toNanos();
    var found = look(node);
    while (!texts(found).equals(wanted) && System.nanoTime() < end) {
      found = look(node);
    }
    assertEquals(wanted, texts(found), () -> "as seen on " + node);
    found.forEach(f -> assertFalse(f.fix().isBlank(), f::toString));
    return found;
  }

  private static Set<String> texts(List<Named> found) {
    var texts = new TreeSet<String>();
    found.forEach(f -> texts.add(f.text()));
    return texts;
  }

  /** Injects a fault, waits until it alone is named, and mends it. */
  void assertNamed(InjectedFault fault) {
    assertAllNamed(List.of(fault));
  }

  /** Injects several at once, waits until all are named and nothing besides, and mends them. */
  void assertAllNamed(List<InjectedFault> faults) {
    calm(faults.getFirst().seenOn());
    var names = faults.stream().map(InjectedFault::name).toList();
    long start = System.nanoTime();
    var made = new ArrayDeque<InjectedFault>();
    try {
      for (var fault : faults) {
        made.push(fault);
        fault.inject().run();
      }
      var first = faults.getFirst();
      var hidden = faults.stream().filter(first::hides).toList();
      var seen = faults.stream().filter(f -> !hidden.contains(f)).toList();
      var found = assertNames(first.seenOn(), expected(seen));
      var fixed = expected(seen.stream().filter(InjectedFault::mendedByTheFix).toList());
      found.stream().filter(f -> fixed.contains(f.text())).forEach(this::follow);
      if (!hidden.isEmpty()) {
        made.remove(first);
        first.mend().run();
        assertNames(first.seenOn(), expected(hidden));
      }
    } catch (AssertionError e) {
      throw new AssertionError(names + ": " + e.getMessage(), e);
    } finally {
      made.forEach(f -> f.mend().run());
    }
    System.out.printf(
        "measured: named, and nothing besides: %s: %d ms%n",
        names, (System.nanoTime() - start) / 1_000_000);
  }

  /**
   * An agent that has put five things right within ten minutes says that somebody keeps changing
   * them, which here is the test. One that was started anew knows nothing of it.
   */
  private void calm(String node) {
    var log = lab.directory().root().resolve("logs/agent-" + node + ".log");
    int repairs =
        Integer.parseInt(
            Shell.script(Place.HOST, "grep -c 'repaired what' " + log + " || true")
                .orThrow()
                .strip());
    if (repairs - forgotten.getOrDefault(node, 0) > FEW_REPAIRS) {
      lab.faults().stopAgent(node);
      lab.faults().startAgent(node);
      lab.awaitReady(PATIENCE);
      forgotten.put(node, repairs);
    }
  }

  private static Set<String> expected(List<InjectedFault> faults) {
    return faults.stream()
        .flatMap(f -> f.expected().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Injects a fault, waits until it is the first broken link of a path, and mends it. */
  void assertBreaks(BrokenLink link) {
    link.fault().inject().run();
    try {
      assertBroken(link);
    } finally {
      link.fault().mend().run();
    }
  }

  /** Waits until that is the first broken link of a path. */
  void assertBroken(BrokenLink link) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    var broken = firstBroken(link);
    while (!link.isIn(broken) && System.nanoTime() < end) {
      broken = firstBroken(link);
    }
    var found = broken;
    assertTrue(link.isIn(found), () -> link + ": " + found);
    System.out.printf("measured: explained: %s: %s%n", link.name(), found.path("text").asText());
  }

  /** Waits until nothing of a path is broken. */
  void assertWhole(BrokenLink link) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    var broken = firstBroken(link);
    while (!broken.isMissingNode() && System.nanoTime() < end) {
      broken = firstBroken(link);
    }
    var found = broken;
    assertTrue(found.isMissingNode(), found::toString);
  }

  /** The first step of a path that is broken; nothing: none is. */
  private JsonNode firstBroken(BrokenLink link) {
    var answer = json(lab.weftOn(link.seenOn(), "explain", link.from(), link.to(), "-o", "json"));
    return Stream.of(answer.path("there"), answer.path("back"))
        .flatMap(JsonNode::valueStream)
        .filter(s -> !s.path("whole").asBoolean())
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  private static JsonNode json(Output output) {
    try {
      return JSON.readTree(output.out());
    } catch (JsonProcessingException e) {
      throw new AssertionError(output.toString(), e);
    }
  }

  /** Does what the fix of a fault says: {@code on NODE: COMMAND}, or a command of kubectl. */
  private void follow(Named fault) {
    int colon = fault.fix().indexOf(": ");
    var node = fault.fix().substring("on ".length(), colon);
    Shell.script(lab.machine(node), fault.fix().substring(colon + 2)).orThrow();
  }
}
