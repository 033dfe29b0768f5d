package dev.weft.agent.iptables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.iptables.SaveText;
import dev.weft.mesh.net.Family;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is read out of {@code iptables-save}, without a kernel. */
class SavedFilterTest {
  private static SavedFilter parse(String text) {
    return SavedFilter.parse(Family.IPV4, text);
  }

  @Test
  void whatWeRenderReadsBackAsIntact() {
    var saved = parse(SaveText.of(IptablesContract.WANTED, Family.IPV4));
    assertTrue(saved.isPresent());
    assertTrue(saved.isIntact(saved.wanted(IptablesContract.WANTED)));
    assertEquals(
        IptablesContract.prefixes("10.2.0.0/16", "10.4.0.0/23"),
        saved.sets(Set.of("mesh4")).get("mesh4"));
  }

  @Test
  void whatIsRightIsWrittenAsNothingButItself() {
    var saved = parse(SaveText.of(IptablesContract.WANTED, Family.IPV4));
    var text = RestoreText.replace(saved.wanted(IptablesContract.WANTED), saved);
    assertFalse(text.contains("-I ") || text.contains("-D ") || text.contains("-X "), text);
  }

  @Test
  void dockersForwardPolicyDrops() {
    var saved =
        parse(
            """
            *filter
            :INPUT ACCEPT [0:0]
            :FORWARD DROP [5:300]
            :DOCKER-USER - [0:0]
            -A FORWARD -j DOCKER-USER
            -A INPUT -p icmp -j DROP
            COMMIT
            """);
    assertEquals(Set.of("FORWARD"), saved.table("filter").dropping());
    assertTrue(saved.table("filter").foreign());
    assertFalse(saved.isPresent());
  }

  @Test
  void aRefusalWithoutMatchDropsWhateverItsComment() {
    for (var rule :
        List.of(
            "-j DROP",
            "-j REJECT --reject-with icmp-host-prohibited",
            "-m comment --comment \"no more\" -j DROP")) {
      var saved = parse("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT " + rule + "\nCOMMIT\n");
      assertEquals(Map.of("INPUT", 0), saved.table("filter").refusals(), rule);
      assertTrue(saved.table("filter").needsJump("INPUT"), rule);
      assertFalse(saved.table("filter").needsJump("FORWARD"), rule);
    }
  }

  @Test
  void theJumpComesAfterOthersRulesButBeforeARefusalOfAllThatIsLeft() {
    var saved =
        parse(
            """
            *filter
            :INPUT DROP [0:0]
            :FORWARD DROP [0:0]
            -A INPUT -p icmp -j ACCEPT
            -A INPUT -m comment --comment weft -j WEFT-INPUT
            -A INPUT -j REJECT
            -A INPUT -p tcp -j ACCEPT
            -A FORWARD -m comment --comment weft -j WEFT-FORWARD
            -A FORWARD -s 192.0.2.1/32 -j DROP
            COMMIT
            """);
    var table = saved.table("filter");
    assertEquals(1, table.place("INPUT"));
    assertEquals(1, table.positions().getOrDefault("WEFT-INPUT", -1));
    assertEquals(1, table.place("FORWARD"));
    assertEquals(0, table.positions().getOrDefault("WEFT-FORWARD", -1));
    assertTrue(table.needsJump("FORWARD") && table.needsJump("INPUT"));
  }

  @Test
  void elementsThatDisagreeAreNoSet() {
    var text = SaveText.of(IptablesContract.WANTED, Family.IPV4);
    var halved = text.replaceFirst("-A WEFT-OWN -d 10.2.1.0/24 -j RETURN\n", "");
    assertFalse(parse(halved).sets(Set.of("own4")).containsKey("own4"));
  }
}
