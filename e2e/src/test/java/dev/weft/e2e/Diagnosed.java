package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A lab that {@code kubectl weft diagnose} is run in, as root on one of its nodes. */
final class Diagnosed {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reports of agents may be ten seconds old, and the machine busy. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Lab lab;

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
    var output = lab.weftOn(node, "diagnose", "--node", node, "-o", "json");
    var found = new ArrayList<Named>();
    try {
      for (JsonNode fault : JSON.readTree(output.out())) {
        found.add(
            new Named(
                fault.path("kind").asText() + " " + fault.path("object").asText(),
                fault.path("fix").asText()));
      }
    } catch (JsonProcessingException e) {
      throw new AssertionError(output.toString(), e);
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
    long start = System.nanoTime();
    fault.inject().run();
    try {
      var found = assertNames(fault.seenOn(), fault.expected());
      if (fault.mendedByTheFix()) {
        found.forEach(this::follow);
      }
    } catch (AssertionError e) {
      throw new AssertionError(fault.name() + ": " + e.getMessage(), e);
    } finally {
      fault.mend().run();
    }
    System.out.printf(
        "measured: %s is named %s: %d ms%n",
        fault.name(), fault.expected(), (System.nanoTime() - start) / 1_000_000);
  }

  /** Injects several at once, and waits until all are named and nothing besides. */
  void assertAllNamed(List<InjectedFault> faults) {
    var expected = new TreeSet<String>();
    var fixed = new TreeSet<String>();
    var names = faults.stream().map(InjectedFault::name).toList();
    try {
      for (var fault : faults) {
        fault.inject().run();
        expected.addAll(fault.expected());
        if (fault.mendedByTheFix()) {
          fixed.addAll(fault.expected());
        }
      }
      var found = assertNames(faults.getFirst().seenOn(), expected);
      found.stream().filter(f -> fixed.contains(f.text())).forEach(this::follow);
    } catch (AssertionError e) {
      throw new AssertionError(names + ": " + e.getMessage(), e);
    } finally {
      faults.reversed().forEach(f -> f.mend().run());
    }
    System.out.printf("measured: named together, and nothing besides: %s%n", names);
  }

  /** Does what the fix of a fault says: {@code on NODE: COMMAND}, or a command of kubectl. */
  private void follow(Named fault) {
    int colon = fault.fix().indexOf(": ");
    var node = fault.fix().substring("on ".length(), colon);
    Shell.script(lab.machine(node), fault.fix().substring(colon + 2)).orThrow();
  }
}
