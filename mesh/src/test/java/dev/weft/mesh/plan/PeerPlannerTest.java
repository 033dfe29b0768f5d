package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.PresharedKeyPolicy;
import dev.weft.api.v1alpha1.SecretRef;
import dev.weft.mesh.fixture.Clouds;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PeerPlannerTest {
  @Test
  void aPeerWithoutAKeyNeedsOneAndIsNotInForceUntilItIsThere() {
    var clouds = Clouds.three().peer("tablet", spec(null, null, false));
    var before = decision(clouds.plan());
    assertEquals(Set.of(PeerNeed.KEY_PAIR), before.needs());
    assertEquals(List.of(), before.effective());
    assertEquals("KeyPending", before.problems().getFirst().reason());
    var after = decision(clouds.made("tablet", false).plan());
    assertEquals(Set.of(), after.needs());
    assertEquals(Clouds.key("tablet").text(), after.effective().getFirst().publicKey());
    assertEquals(List.of(), after.problems());
  }

  @Test
  void aPresharedKeyIsMadeBeforeThePeerIsInForce() {
    var clouds = Clouds.three().peer("tablet", spec(null, PresharedKeyPolicy.GENERATE, false));
    assertEquals(
        Set.of(PeerNeed.KEY_PAIR, PeerNeed.PRESHARED_KEY), decision(clouds.plan()).needs());
    assertEquals(
        Set.of(PeerNeed.PRESHARED_KEY), decision(clouds.made("tablet", false).plan()).needs());
    assertEquals(List.of(), decision(clouds.plan()).effective());
    var after = decision(clouds.made("tablet", true).plan());
    assertEquals(
        new SecretRef("weft-peer-tablet"), after.effective().getFirst().presharedKeySecretRef());
  }

  /** As where a mesh was deleted and made anew. */
  @Test
  void anAddressOfAnotherRangeIsNotKept() {
    var clouds = Clouds.three().peer("tablet", spec(Clouds.key("tablet").text(), null, false));
    clouds.publish();
    clouds.addresses("10.9.0.0/16");
    for (int pass = 0; pass < 2; pass++) {
      var after = named(clouds.publish(), "tablet");
      assertEquals(1, after.addresses().size());
      assertTrue(after.addresses().getFirst().startsWith("10.9."), after::toString);
      assertEquals(
          List.of(after.addresses().getFirst() + "/32"), after.effective().getFirst().allowedIPs());
    }
  }

  @Test
  void aKeyThatIsBeingMadeAnewLeavesTheOldOneInForce() {
    var clouds = Clouds.three().peer("tablet", spec(null, null, false)).made("tablet", false);
    clouds.publish();
    clouds.edit("tablet", s -> spec(null, PresharedKeyPolicy.GENERATE, false));
    var between = decision(clouds.plan());
    assertEquals(Set.of(PeerNeed.PRESHARED_KEY), between.needs());
    assertEquals(Clouds.key("tablet").text(), between.effective().getFirst().publicKey());
    assertEquals(null, between.effective().getFirst().presharedKeySecretRef());
  }

  @Test
  void aKeyThatASpecNamesNoLongerIsRevokedAlsoWhereTheSpecIsRefused() {
    var old = Clouds.key("tablet").text();
    var clouds = Clouds.three().peer("tablet", spec(old, null, false, "10.9.9.0/24"));
    clouds.publish();
    clouds.edit("tablet", s -> spec(Clouds.key("new").text(), null, false, "10.42.1.0/24"));
    for (int pass = 0; pass < 3; pass++) {
      var rotated = named(clouds.publish(), "tablet");
      assertFalse(rotated.accepted());
      assertEquals(Clouds.key("new").text(), rotated.effective().getFirst().publicKey());
      assertEquals(List.of("10.9.9.0/24"), rotated.effective().getFirst().allowedIPs());
    }
  }

  @Test
  void aSpecWhoseKeyIsRefusedHasNoKeyInForce() {
    for (var refused : List.of(Clouds.key("phone").text(), "no key", "")) {
      var clouds = Clouds.three().peer("tablet", spec(Clouds.key("tablet").text(), null, false));
      clouds.publish();
      clouds.edit("tablet", s -> spec(refused, null, false));
      var after = named(clouds.publish(), "tablet");
      assertFalse(after.accepted());
      assertEquals(List.of(), after.effective(), refused);
      assertEquals(1, after.addresses().size(), "its address stays its own");
    }
  }

  @Test
  void aKeyThatTheOperatorMadeAnewIsInForceAlsoWhereTheSpecIsRefused() {
    var clouds = Clouds.three().peer("tablet", spec(Clouds.key("old").text(), null, false));
    clouds.publish();
    clouds.edit("tablet", s -> spec(null, null, false, "10.42.1.0/24")).made("tablet", false);
    var after = named(clouds.publish(), "tablet");
    assertFalse(after.accepted());
    assertEquals(Clouds.key("tablet").text(), after.effective().getFirst().publicKey());
  }

  private static PeerDecision named(MeshPlan plan, String name) {
    return plan.peers().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aDisabledPeerKeepsItsAddress() {
    var key = Clouds.key("tablet").text();
    var clouds = Clouds.three().peer("tablet", spec(key, null, false));
    clouds.publish();
    var address = decision(clouds.plan()).addresses();
    assertEquals(1, address.size());
    clouds.edit("tablet", s -> spec(key, null, true));
    clouds.publish();
    clouds.publish();
    assertEquals(List.of(), decision(clouds.plan()).effective());
    assertEquals(address, decision(clouds.plan()).addresses());
    clouds.peer("other", spec(Clouds.key("other").text(), null, false));
    clouds.node("new-1", "new", "10.9.0.1/24", "", "10.42.8.0/24", Map.of());
    var meanwhile = clouds.publish();
    var others =
        meanwhile.peers().stream()
            .filter(p -> !p.name().equals("tablet"))
            .flatMap(p -> p.addresses().stream())
            .toList();
    assertFalse(others.isEmpty());
    assertFalse(others.contains(address.getFirst()));
    clouds.edit("tablet", s -> spec(key, null, false));
    assertEquals(
        List.of(address.getFirst() + "/32"),
        decision(clouds.plan()).effective().getFirst().allowedIPs());
  }

  @Test
  void anAddressInForceStaysAlsoWhenAnOlderPeerClaimsIt() {
    var clouds =
        Clouds.three()
            .peer("elder", spec(Clouds.key("elder").text(), null, false, "10.9.9.0/24"))
            .peer("tablet", spec(Clouds.key("tablet").text(), null, true));
    clouds.edit("tablet", s -> spec(Clouds.key("tablet").text(), null, false));
    clouds.publish();
    var address = decision(clouds.plan()).addresses().getFirst();
    clouds.edit("elder", s -> spec(Clouds.key("elder").text(), null, false, address + "/32"));
    var after = decision(clouds.plan());
    assertEquals(List.of(address), after.addresses());
    assertTrue(after.accepted());
    var elder =
        clouds.plan().peers().stream().filter(p -> p.name().equals("elder")).findFirst().get();
    assertEquals(List.of("10.9.9.0/24"), elder.effective().getFirst().allowedIPs());
    assertEquals("OverlapsPeer", elder.problems().getFirst().reason());
  }

  @Test
  void aRoamingPeerOfALocationBehindNatIsWarned() {
    var at =
        new PeerSpec(
            null,
            Clouds.key("x").text(),
            null,
            null,
            List.of(),
            null,
            null,
            "home",
            null,
            List.of(),
            null,
            null);
    var decision = decision(Clouds.three().peer("tablet", at).plan());
    assertTrue(decision.accepted());
    assertEquals("NobodyCanCall", decision.problems().getFirst().reason());
    assertTrue(decision.problems().getFirst().message().contains("home-1"));
  }

  static PeerSpec spec(
      @Nullable String key,
      @Nullable PresharedKeyPolicy policy,
      boolean disabled,
      String... allowed) {
    return new PeerSpec(
        null,
        key,
        null,
        policy,
        List.of(allowed),
        null,
        null,
        null,
        null,
        List.of(),
        null,
        disabled ? true : null);
  }

  private static PeerDecision decision(MeshPlan plan) {
    return named(plan, "tablet");
  }
}
