package dev.weft.mesh.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each kind of change says of itself. */
class ChangeTest {
  private static final List<Prefix> ALL = List.of(Prefix.all(Family.IPV4));

  private static Stream<Class<?>> kinds() {
    return Stream.of(Change.class.getDeclaredClasses()).filter(Class::isRecord);
  }

  /** Packets would be lost if one of these were made while not all inputs are known. */
  @Test
  void whatRemovesIsARemoval() {
    var removals = new TreeSet<String>();
    kinds()
        .filter(Change.Removal.class::isAssignableFrom)
        .forEach(k -> removals.add(k.getSimpleName()));
    assertEquals(
        new TreeSet<>(
            List.of(
                "RemoveAddress",
                "RemoveAllowedIPs",
                "RemoveDevice",
                "RemoveForwarding",
                "RemoveNeighbour",
                "RemoveNextHop",
                "RemovePeer",
                "RemoveRoute",
                "RemoveRule",
                "RemoveTunnel")),
        removals);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyKindSaysWhetherItRemovesAndWhatExecutesIt(Class<?> kind) {
    boolean adds = Change.Addition.class.isAssignableFrom(kind);
    boolean removes = Change.Removal.class.isAssignableFrom(kind);
    assertTrue(kind == Change.UpdateFirewallSets.class ? !adds && !removes : adds != removes);
    assertEquals(
        1,
        Stream.of(
                Change.Rtnetlink.class,
                Change.Device.class,
                Change.Tunnel.class,
                Change.Filter.class)
            .filter(e -> e.isAssignableFrom(kind))
            .count());
  }

  @Test
  void anAdditionIsAllOfItAndARemovalNothing() {
    var link = new Change.SetLink("weft0", 1420);
    assertEquals(Optional.of(link), link.addition());
    assertEquals(Optional.empty(), new Change.RemoveTunnel("weftvx4").addition());
  }

  @Test
  void ofSetsOfTheFilterTheAddedElementsRemain() {
    var both = new Change.UpdateFirewallSets(Map.of("mesh", ALL), Map.of("own", ALL));
    assertEquals(
        Optional.of(new Change.UpdateFirewallSets(Map.of("mesh", ALL), Map.of())), both.addition());
    var less = new Change.UpdateFirewallSets(Map.of(), Map.of("own", ALL));
    assertEquals(Optional.empty(), less.addition());
  }

  @Test
  void anOperationNamesWhatTheKernelRefused() {
    assertEquals("set link weft0 mtu 1420 up", new Change.SetLink("weft0", 1420).operation());
    assertEquals("RemoveTunnel", new Change.RemoveTunnel("weftvx4").operation());
  }
}
