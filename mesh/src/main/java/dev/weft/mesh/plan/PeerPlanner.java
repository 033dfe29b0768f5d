package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.PeerEndpoint;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.PresharedKeyPolicy;
import dev.weft.api.v1alpha1.SecretRef;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.snapshot.PeerInput;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans the Peers of one mesh, oldest first. A Peer whose spec has an error keeps what was accepted
 * before, but for its key, as far as that is still free; if nothing was, the sound part of its spec
 * is put into effect. The key is always the spec's.
 */
final class PeerPlanner {
  private final String mesh;
  private final PrefixIndex<Claim> claims;
  private final PeerPrefixes prefixes;
  private final Map<PublicKey, Claim> keys;
  private final PeerGateways gateways;
  private final Set<String> unresolvedNames;
  private final Map<String, IpAddress> reservedNames;
  private final long now;

  /**
   * A planner that adds to what is claimed.
   *
   * @param mesh by name
   * @param spec what is in force of it
   * @param gateways filled before the first Peer is planned
   */
  PeerPlanner(
      String mesh,
      WireGuardMeshSpec spec,
      PrefixIndex<Claim> claims,
      AddressAllocation addresses,
      Map<PublicKey, Claim> keys,
      PeerGateways gateways,
      Set<String> unresolvedNames,
      Map<String, IpAddress> reservedNames,
      long now) {
    this.mesh = mesh;
    this.claims = claims;
    this.prefixes = new PeerPrefixes(spec, claims, addresses);
    this.keys = keys;
    this.gateways = gateways;
    this.unresolvedNames = unresolvedNames;
    this.reservedNames = reservedNames;
    this.now = now;
  }

  /** Keeps for Peers what they have in force, before nodes claim anything new. */
  void claimInForce(List<PeerInput> oldestFirst) {
    for (var peer : oldestFirst) {
      // What it throws is said when the Peer is planned.
      Isolation.run(new Problems("Peer", peer.name()), () -> hold(peer));
    }
  }

  private void hold(PeerInput peer) {
    boolean expired = new PeerFields(peer.spec(), new Problems("Peer", peer.name())).isExpired(now);
    if (Boolean.TRUE.equals(peer.spec().disabled()) || expired) {
      return;
    }
    for (var effective : peer.effective()) {
      var wanted = peer.spec().publicKey();
      if (wanted == null || wanted.equals(effective.publicKey())) {
        keys.putIfAbsent(
            new PublicKey(effective.publicKey()), Claim.ofPeer(peer.name(), "key", "DuplicateKey"));
      }
    }
    prefixes.hold(peer);
  }

  /** Where Peers in force are called is nothing that another Peer may newly claim. */
  void reserveEndpoints(List<PeerInput> oldestFirst) {
    for (var peer : oldestFirst) {
      peer.effective().stream().map(EffectivePeer::endpoint).forEach(e -> reserve(peer.name(), e));
    }
  }

  private void reserve(String peer, @Nullable PeerEndpoint endpoint) {
    try {
      if (endpoint != null) {
        new Endpoint(endpoint.host(), endpoint.port())
            .address()
            .ifPresent(
                a ->
                    claims.add(Prefix.host(a), Claim.ofPeer(peer, "endpoint", "OverlapsEndpoint")));
      }
    } catch (IllegalArgumentException e) {
      // no endpoint, so nothing to reserve; the Peer's own planning says so
    }
  }

  /** Plans a Peer; whatever its object makes the code throw leaves this Peer alone out. */
  PeerDecision plan(PeerInput peer) {
    var problems = new Problems("Peer", peer.name());
    return Isolation.of(
        problems,
        () -> plan(peer, problems),
        () -> PeerDecision.none(peer.name(), peer.holdings().addresses(), problems.toList()));
  }

  private PeerDecision plan(PeerInput peer, Problems problems) {
    if (Boolean.TRUE.equals(peer.spec().disabled())) {
      problems.warn("spec.disabled", "Disabled", "taken off every gateway");
      return PeerDecision.none(peer.name(), allocation(peer, List.of()), problems.toList());
    }
    var needs = EnumSet.noneOf(PeerNeed.class);
    var wanted = read(peer, peer.spec(), needs, problems);
    boolean expired = new PeerFields(peer.spec(), problems).isExpired(now);
    boolean sound = !problems.hasErrors();
    var effective = wanted;
    if ((!sound || !needs.isEmpty()) && !peer.effective().isEmpty() && !expired) {
      effective =
          read(
              peer,
              asSpec(peer.effective().getFirst(), keyInForce(peer)),
              EnumSet.noneOf(PeerNeed.class),
              new Problems("Peer", peer.name()));
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
        problems.toList());
  }

  private void claim(String name, EffectivePeer peer) {
    keys.put(new PublicKey(peer.publicKey()), Claim.ofPeer(name, "key", "DuplicateKey"));
    for (var text : peer.allowedIPs()) {
      var prefix = Prefix.parse(text);
      prefixes.accepted(name, prefix);
      claims.add(prefix, Claim.ofPeer(name, "prefix", "OverlapsPeer"));
    }
    reserve(name, peer.endpoint());
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

  /**
   * The key under which a refused spec keeps the rest of what is in force: the one that the spec
   * names, for a key that it names no longer is revoked (ADR 102); null: the one that the operator
   * made. Until it has made one, the last stays.
   */
  private static @Nullable String keyInForce(PeerInput peer) {
    var named = peer.spec().publicKey();
    return named != null || !peer.holdings().madeKey().isEmpty()
        ? named
        : peer.effective().getFirst().publicKey();
  }

  private PeerSpec asSpec(EffectivePeer peer, @Nullable String publicKey) {
    return new PeerSpec(
        peer.mesh(),
        publicKey,
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
      PeerInput peer, PeerSpec spec, Set<PeerNeed> needs, Problems problems) {
    var fields = new PeerFields(spec, problems);
    var key = key(peer, spec, needs, problems);
    var secret = presharedKey(peer, spec, needs);
    var allowed = prefixes.of(peer, spec, problems);
    boolean fullTunnel = fields.isFullTunnel();
    boolean expired = fields.isExpired(now);
    var endpoint = fields.endpoint(unresolvedNames, reservedNames);
    gateways.check(spec.location(), endpoint.isPresent(), problems);
    boolean incomplete = key.isEmpty() || allowed.isEmpty() || !needs.isEmpty();
    if (incomplete || expired || !fields.isExpiryReadable()) {
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
      PeerInput peer, PeerSpec spec, Set<PeerNeed> needs, Problems problems) {
    var text = spec.publicKey();
    if (text == null && peer.holdings().madeKey().isEmpty()) {
      needs.add(PeerNeed.KEY_PAIR);
      if (peer.name().length() > PeerSecretNames.LONGEST_PEER) {
        problems.error(
            "metadata.name",
            "NameTooLong",
            "'%s' leaves no room for the name of its Secret; take one of at most %d characters, or set spec.publicKey"
                .formatted(peer.name(), PeerSecretNames.LONGEST_PEER));
      } else {
        problems.warn(
            "spec.publicKey",
            "KeyPending",
            "absent: the operator makes the key pair, and puts it with the client's configuration into Secret "
                + PeerSecretNames.of(peer.name()));
      }
      return Optional.empty();
    }
    try {
      var key = text == null ? peer.holdings().madeKey().getFirst() : new PublicKey(text);
      var owner = keys.get(key);
      if (owner != null && !owner.isOf("Peer", peer.name())) {
        problems.error(
            "spec.publicKey",
            "DuplicateKey",
            "%s is the key of %s %s; make a new pair with 'wg genkey'"
                .formatted(key, owner.kind(), owner.name()));
        return Optional.empty();
      }
      return Optional.of(key);
    } catch (IllegalArgumentException e) {
      problems.error("spec.publicKey", "InvalidKey", String.valueOf(e.getMessage()));
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
}
