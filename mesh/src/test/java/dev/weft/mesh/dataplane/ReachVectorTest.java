package dev.weft.mesh.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReachVectorTest {
  private static SortedSet<String> locations(String... names) {
    return new TreeSet<>(List.of(names));
  }

  @Test
  void namesComeBackWhereTheLocationsAreTheSame() {
    var mesh = locations("aws", "gcp", "home");
    var said = ReachVector.of(mesh, Set.of("home", "aws", "elsewhere"));
    assertEquals(Optional.of(Set.of("aws", "home")), said.names(mesh));
    assertEquals(Optional.of(Set.of()), ReachVector.of(mesh, Set.of()).names(mesh));
  }

  @Test
  void whatSpeaksOfOtherLocationsMeansNothing() {
    var said = ReachVector.of(locations("aws", "gcp", "home"), Set.of("gcp"));
    assertEquals(Optional.empty(), said.names(locations("aws", "azure", "gcp", "home")));
    assertEquals(Optional.empty(), said.names(locations("aws", "gcp")));
  }

  @Test
  void numbersThatAreNoLocationAreLeftOut() {
    var mesh = locations("aws", "gcp");
    var said = new ReachVector(List.copyOf(mesh).hashCode(), Set.of(1, 7, 1_000_000));
    assertEquals(Optional.of(Set.of("gcp")), said.names(mesh));
  }
}
