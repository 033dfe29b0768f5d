package dev.weft.agent.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The packet filter as JSON, without a kernel. */
class FirewallDocumentTest {
  @Test
  void ruleIsKnownByWhatItSays() {
    var one = RuleSpec.of("x", Expressions.setMark(0x1000, 0x1000));
    var same = RuleSpec.of("x", Expressions.setMark(0x1000, 0x1000));
    var other = RuleSpec.of("x", Expressions.setMark(0x2000, 0x2000));
    assertEquals(one.comment(), same.comment());
    assertNotEquals(one.comment(), other.comment());
  }

  @Test
  void markKeepsTheBitsOutsideTheMask() {
    assertEquals(
        "{\"mangle\":{\"key\":{\"meta\":{\"key\":\"mark\"}},\"value\":{\"|\":[{\"&\":[{\"meta\":"
            + "{\"key\":\"mark\"}},4294955007]},4096]}}}",
        Expressions.setMark(0x1000, 0x3000).toString());
  }

  @Test
  void elementsGoBeforeOthersCome() {
    var commands =
        FirewallCommands.updateSets(
            Map.of("mesh4", List.of(Prefix.parse("10.0.0.0/8"))),
            Map.of("mesh4", List.of(Prefix.parse("10.1.0.0/16"))));
    assertTrue(commands.get(0).has("delete") && commands.get(1).has("add"));
  }

  @Test
  void elementsAreReadInEveryFormOfNft() throws Exception {
    var listing =
        FirewallListing.parse(
            List.of(
                new ObjectMapper()
                    .readTree(
                        """
                        {"set": {"name": "mesh4", "type": "ipv4_addr", "elem": [
                          {"prefix": {"addr": "10.0.0.0", "len": 24}}, "10.9.9.9",
                          {"range": ["10.1.0.0", "10.1.2.255"]},
                          {"elem": {"val": "10.7.0.1", "comment": "x"}}]}}
                        """)));
    assertEquals(
        List.of("10.0.0.0/24", "10.1.0.0/23", "10.1.2.0/24", "10.7.0.1/32", "10.9.9.9/32"),
        listing.sets().getOrDefault("mesh4", List.of()).stream().map(Prefix::toString).toList());
  }

  @Test
  void blanketRefusalIsFoundBehindCounters() throws Exception {
    var chain = new ForeignChain("ip", "filter", "INPUT", "input", false);
    var json = new ObjectMapper();
    assertTrue(
        chain.needsJump(
            List.of(
                json.readTree(
                    "{\"rule\":{\"expr\":[{\"counter\":null},{\"xt\":{\"type\":\"target\","
                        + "\"name\":\"REJECT\"}}]}}"))));
    assertTrue(
        !chain.needsJump(
            List.of(
                json.readTree(
                    "{\"rule\":{\"expr\":[{\"match\":{}},{\"counter\":null},{\"drop\":null}]}}"))));
  }

  @Property
  void rangeIsMadeOfPrefixesWithoutGapOrOverlap(@ForAll int a, @ForAll int b) {
    long low = Math.min(Integer.toUnsignedLong(a), Integer.toUnsignedLong(b));
    long high = Math.max(Integer.toUnsignedLong(a), Integer.toUnsignedLong(b));
    var prefixes =
        AddressRange.prefixes(
            new IpAddress(Family.IPV4, 0, low), new IpAddress(Family.IPV4, 0, high));
    long next = low;
    for (var prefix : prefixes) {
      assertEquals(next, prefix.address().low());
      next += 1L << (32 - prefix.length());
    }
    assertEquals(high + 1, next);
    assertEquals(Aggregation.of(prefixes), prefixes);
  }

  @Test
  void wholeFamiliesAreOnePrefix() {
    for (var family : Family.values()) {
      var all = Prefix.all(family);
      var last =
          family == Family.IPV4
              ? IpAddress.parse("255.255.255.255")
              : new IpAddress(family, -1, -1);
      assertEquals(List.of(all), AddressRange.prefixes(all.address(), last));
    }
  }
}
