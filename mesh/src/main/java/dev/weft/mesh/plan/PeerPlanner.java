package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.PresharedKeyPolicy;
import dev.weft.api.v1alpha1.SecretRef;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Severity;
import dev.weft.mesh.snapshot.PeerInput;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans the Peers of one mesh, oldest first. A Peer whose spec has an error keeps what was accepted
 * before, as far as that is still nobody else's; if nothing was, the sound part of its spec is put
 * into effect.
 */
final class PeerPlanner {
  private final String mesh;
  private final PrefixIndex<Claim> claims;
  private final PeerPrefixes prefixes;
  private final Map<PublicKey, Claim> keys;
  private final PeerGateways gateways;
  private final Set<String> unresolvedNames;
  private final long now;

  PeerPlanner(
      String mesh,
      PrefixIndex<Claim> claims,
      AddressAllocation addresses,
      Map<PublicKey, Claim> keys,
      PeerGateways gateways,
      Set<String> unresolvedNames,
      long now) {
    this.mesh = mesh;
    this.claims = claims;
    this.prefixes = new PeerPrefixes(claims, addresses);
    this.keys = keys;
    this.gateways = gateways;
    this.unresolvedNames = unresolvedNames;
    this.now = now;
  }

  PeerDecision plan(PeerInput peer) {
    var problems = new ArrayList<Problem>();
    if (Boolean.TRUE.equals(peer.spec().disabled())) {
      problems.add(
          Problem.warning(
              "Peer", peer.name(), "spec.disabled", "Disabled", "taken off every gateway"));
      return PeerDecision.none(peer.name(), allocation(peer, List.of()), problems);
    }
    var needs = EnumSet.noneOf(PeerNeed.class);
    var wanted = read(peer, peer.spec(), needs, problems);
    boolean expired = problems.stream().anyMatch(p -> p.reason().equals("Expired"));
    boolean sound = problems.stream().noneMatch(p -> p.severity() == Severity.ERROR);
    var effective = wanted;
    if ((!sound || !needs.isEmpty()) && !peer.effective().isEmpty() && !expired) {
      effective =
          read(
              peer,
              asSpec(peer.effective().getFirst()),
              EnumSet.noneOf(PeerNeed.class),
              new ArrayList<>());
    }
    if (expired) {
      effective = Optional.empty();
    }
    effective.ifPresent(e -> claim(peer.name(), e));
    var location = effective.map(EffectivePeer::location);
    return new PeerDecision(
        peer.name(),
        effective.stream().toList(),
        location.map(gateways::of).orElse(""),
        allocation(peer, effective.stream().toList()),
        needs,
        problems);
  }

  private void claim(String name, EffectivePeer peer) {
    keys.put(new PublicKey(peer.publicKey()), new Claim("Peer", name, "key", "DuplicateKey"));
    for (var text : peer.allowedIPs()) {
      claims.add(Prefix.parse(text), new Claim("Peer", name, "prefix", "OverlapsPeer"));
    }
  }

  /** What stays the Peer's while it is disabled, expired or refused. */
  private static List<String> allocation(PeerInput peer, List<EffectivePeer> effective) {
    if (!peer.spec().allowedIPs().isEmpty()) {
      return List.of();
    }
    return effective.isEmpty()
        ? PeerPrefixes.held(peer).map(IpAddress::toString).distinct().limit(2).toList()
        : effective.getFirst().allowedIPs().stream()
            .map(Prefix::parse)
            .map(p -> p.address().toString())
            .toList();
  }

  private PeerSpec asSpec(EffectivePeer peer) {
    return new PeerSpec(
        peer.mesh(),
        peer.publicKey(),
        peer.presharedKeySecretRef(),
        null,
        peer.allowedIPs(),
        peer.endpoint(),
        peer.persistentKeepalive(),
        peer.location(),
        peer.fullTunnel(),
        List.of(),
        peer.expiresAt(),
        null);
  }

  private Optional<EffectivePeer> read(
      PeerInput peer, PeerSpec spec, Set<PeerNeed> needs, List<Problem> problems) {
    var name = peer.name();
    var fields = new PeerFields(name, spec, problems);
    var key = key(peer, spec, needs, problems);
    var secret = presharedKey(peer, spec, needs);
    var allowed = prefixes.of(peer, spec, problems);
    boolean fullTunnel = fields.isFullTunnel();
    boolean expired = fields.isExpired(now);
    var endpoint = fields.endpoint(unresolvedNames);
    gateways.check(name, spec.location(), endpoint.isPresent(), problems);
    if (key.isEmpty() || allowed.isEmpty() || expired || !needs.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new EffectivePeer(
            mesh,
            key.get().text(),
            allowed.stream().map(Prefix::toString).toList(),
            endpoint.isPresent() ? spec.endpoint() : null,
            fields.keepalive(),
            spec.location(),
            fullTunnel ? true : null,
            secret,
            spec.expiresAt()));
  }

  private Optional<PublicKey> key(
      PeerInput peer, PeerSpec spec, Set<PeerNeed> needs, List<Problem> problems) {
    var text = spec.publicKey();
    if (text == null && peer.holdings().madeKey().isEmpty()) {
      needs.add(PeerNeed.KEY_PAIR);
      if (peer.name().length() > PeerSecretNames.LONGEST_PEER) {
        problems.add(
            error(
                peer.name(),
                "metadata.name",
                "NameTooLong",
                "'%s' leaves no room for the name of its Secret; take one of at most %d characters, or set spec.publicKey"
                    .formatted(peer.name(), PeerSecretNames.LONGEST_PEER)));
      } else {
        problems.add(
            Problem.warning(
                "Peer",
                peer.name(),
                "spec.publicKey",
                "KeyPending",
                "absent: the operator makes the key pair, and puts it with the client's configuration into Secret "
                    + PeerSecretNames.of(peer.name())));
      }
      return Optional.empty();
    }
    try {
      var key = text == null ? peer.holdings().madeKey().getFirst() : new PublicKey(text);
      var owner = keys.get(key);
      if (owner != null) {
        problems.add(
            error(
                peer.name(),
                "spec.publicKey",
                "DuplicateKey",
                "%s is the key of %s %s; make a new pair with 'wg genkey'"
                    .formatted(key, owner.kind(), owner.name())));
        return Optional.empty();
      }
      return Optional.of(key);
    } catch (IllegalArgumentException e) {
      problems.add(
          error(peer.name(), "spec.publicKey", "InvalidKey", String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private static @Nullable SecretRef presharedKey(
      PeerInput peer, PeerSpec spec, Set<PeerNeed> needs) {
    if (spec.presharedKey() == PresharedKeyPolicy.GENERATE) {
      if (!peer.holdings().hasMadePresharedKey()) {
        needs.add(PeerNeed.PRESHARED_KEY);
      }
      return new SecretRef(PeerSecretNames.of(peer.name()));
    }
    return spec.presharedKeySecretRef();
  }

  private static Problem error(String name, String field, String reason, String message) {
    return Problem.error("Peer", name, field, reason, message);
  }
}
