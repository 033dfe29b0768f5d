package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.Durations;
import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Severity;
import dev.weft.mesh.snapshot.PeerInput;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
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
  private final AddressAllocation addresses;
  private final Map<PublicKey, Claim> keys;
  private final Map<String, String> gatewayByLocation;
  private final Set<String> unresolvedNames;
  private final long now;

  PeerPlanner(
      String mesh,
      PrefixIndex<Claim> claims,
      AddressAllocation addresses,
      Map<PublicKey, Claim> keys,
      Map<String, String> gatewayByLocation,
      Set<String> unresolvedNames,
      long now) {
    this.mesh = mesh;
    this.claims = claims;
    this.addresses = addresses;
    this.keys = keys;
    this.gatewayByLocation = gatewayByLocation;
    this.unresolvedNames = unresolvedNames;
    this.now = now;
  }

  PeerDecision plan(PeerInput peer) {
    var problems = new ArrayList<Problem>();
    if (Boolean.TRUE.equals(peer.spec().disabled())) {
      problems.add(
          Problem.warning(
              "Peer", peer.name(), "spec.disabled", "Disabled", "taken off every gateway"));
      return new PeerDecision(peer.name(), List.of(), "", problems);
    }
    var wanted = read(peer, peer.spec(), problems);
    boolean expired = problems.stream().anyMatch(p -> p.reason().equals("Expired"));
    boolean sound = problems.stream().noneMatch(p -> p.severity() == Severity.ERROR);
    var effective = wanted;
    if (!sound && !peer.effective().isEmpty() && !expired) {
      effective = read(peer, asSpec(peer.effective().getFirst()), new ArrayList<>());
    }
    if (expired) {
      effective = Optional.empty();
    }
    effective.ifPresent(e -> claim(peer.name(), e));
    var location = effective.map(EffectivePeer::location);
    return new PeerDecision(
        peer.name(),
        effective.stream().toList(),
        location.map(l -> gatewayByLocation.getOrDefault(l, "")).orElse(""),
        problems);
  }

  private void claim(String name, EffectivePeer peer) {
    keys.put(new PublicKey(peer.publicKey()), new Claim("Peer", name, "key", "DuplicateKey"));
    for (var text : peer.allowedIPs()) {
      claims.add(Prefix.parse(text), new Claim("Peer", name, "prefix", "OverlapsPeer"));
    }
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
        null,
        List.of(),
        peer.expiresAt(),
        null);
  }

  private Optional<EffectivePeer> read(PeerInput peer, PeerSpec spec, List<Problem> problems) {
    var name = peer.name();
    var key = key(name, spec, problems);
    var allowed = allowedIPs(peer, spec, problems);
    checkRest(name, spec, problems);
    var endpoint = endpoint(name, spec, problems);
    var location = spec.location();
    if (location != null && !gatewayByLocation.containsKey(location)) {
      problems.add(
          Problem.error(
              "Peer",
              name,
              "spec.location",
              "NoSuchLocation",
              "'%s' has no gateway; locations that have one: %s"
                  .formatted(location, String.join(", ", gatewayByLocation.keySet()))));
    }
    if (key.isEmpty() || allowed.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new EffectivePeer(
            mesh,
            key.get().text(),
            allowed.stream().map(Prefix::toString).toList(),
            endpoint ? spec.endpoint() : null,
            keepalive(name, spec, problems),
            location,
            spec.presharedKeySecretRef(),
            spec.expiresAt()));
  }

  private Optional<PublicKey> key(String name, PeerSpec spec, List<Problem> problems) {
    var text = spec.publicKey();
    if (text == null) {
      problems.add(
          error(
              name,
              "spec.publicKey",
              "NotSupportedYet",
              "absent: key pairs made by the operator are not supported yet; set the key that 'wg pubkey' prints"));
      return Optional.empty();
    }
    try {
      var key = new PublicKey(text);
      var owner = keys.get(key);
      if (owner != null) {
        problems.add(
            error(
                name,
                "spec.publicKey",
                "DuplicateKey",
                "%s is the key of %s %s; make a new pair with 'wg genkey'"
                    .formatted(key, owner.kind(), owner.name())));
        return Optional.empty();
      }
      return Optional.of(key);
    } catch (IllegalArgumentException e) {
      problems.add(error(name, "spec.publicKey", "InvalidKey", String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private List<Prefix> allowedIPs(PeerInput peer, PeerSpec spec, List<Problem> problems) {
    if (spec.allowedIPs().isEmpty()) {
      return allocated(peer, problems);
    }
    var accepted = new ArrayList<Prefix>();
    for (int i = 0; i < spec.allowedIPs().size(); i++) {
      var field = "spec.allowedIPs[" + i + "]";
      try {
        var prefix = Prefix.parse(spec.allowedIPs().get(i));
        if (isAllowed(peer.name(), field, prefix, problems) && !accepted.contains(prefix)) {
          accepted.add(prefix);
        }
      } catch (IllegalArgumentException e) {
        problems.add(error(peer.name(), field, "InvalidPrefix", String.valueOf(e.getMessage())));
      }
    }
    return accepted;
  }

  private boolean isAllowed(String name, String field, Prefix prefix, List<Problem> problems) {
    if (prefix.length() == 0) {
      problems.add(
          error(
              name,
              field,
              "DefaultRoute",
              prefix + " is the whole internet; give the prefixes that are behind the peer"));
      return false;
    }
    if (SpecialRanges.UNUSABLE.stream().anyMatch(p -> p.overlaps(prefix))) {
      problems.add(
          error(
              name,
              field,
              "InvalidPrefix",
              prefix + " holds loopback, link-local, multicast or reserved addresses"));
      return false;
    }
    var other = claims.overlapping(prefix, c -> !isHostInMeshRange(c, prefix));
    if (other.isPresent()) {
      var claim = other.get().getValue();
      problems.add(
          error(
              name,
              field,
              claim.reason(),
              "%s overlaps %s, %s; give the peer a prefix of its own"
                  .formatted(prefix, other.get().getKey(), claim)));
      return false;
    }
    return true;
  }

  /** A single address of the mesh's range may be a Peer's, if it is nobody else's. */
  private static boolean isHostInMeshRange(Claim other, Prefix prefix) {
    return prefix.isHost() && other.reason().equals("OverlapsMeshAddresses");
  }

  private List<Prefix> allocated(PeerInput peer, List<Problem> problems) {
    var own = new ArrayList<Prefix>();
    for (var effective : peer.effective()) {
      effective.allowedIPs().stream().map(Prefix::parse).filter(Prefix::isHost).forEach(own::add);
    }
    for (var family : addresses.families()) {
      if (own.stream().noneMatch(p -> p.family() == family)) {
        addresses
            .allocate(family)
            .ifPresentOrElse(
                a -> own.add(Prefix.host(a)),
                () ->
                    problems.add(
                        error(
                            peer.name(),
                            "spec.allowedIPs",
                            "AddressesExhausted",
                            "no free mesh address is left; give the peer prefixes of its own")));
      }
    }
    return own;
  }

  /** Whether there is a well-formed endpoint. */
  private boolean endpoint(String name, PeerSpec spec, List<Problem> problems) {
    var endpoint = spec.endpoint();
    if (endpoint == null) {
      return false;
    }
    try {
      var parsed = new Endpoint(endpoint.host(), endpoint.port());
      if (unresolvedNames.contains(parsed.host())) {
        problems.add(
            Problem.warning(
                "Peer",
                name,
                "spec.endpoint.host",
                "EndpointUnresolved",
                "'%s' does not resolve; correct the name or its DNS, until then the peer has to call first"
                    .formatted(parsed.host())));
      }
      return true;
    } catch (IllegalArgumentException e) {
      problems.add(error(name, "spec.endpoint", "InvalidEndpoint", String.valueOf(e.getMessage())));
      return false;
    }
  }

  private @Nullable String keepalive(String name, PeerSpec spec, List<Problem> problems) {
    var text = spec.persistentKeepalive();
    if (text == null) {
      return null;
    }
    try {
      if (Durations.seconds(text) <= 65535) {
        return text;
      }
      problems.add(
          error(
              name,
              "spec.persistentKeepalive",
              "InvalidDuration",
              "'" + text + "' is more than 65535s"));
    } catch (IllegalArgumentException e) {
      problems.add(
          error(
              name, "spec.persistentKeepalive", "InvalidDuration", String.valueOf(e.getMessage())));
    }
    return null;
  }

  private void checkRest(String name, PeerSpec spec, List<Problem> problems) {
    if (Boolean.TRUE.equals(spec.fullTunnel())) {
      problems.add(
          error(
              name,
              "spec.fullTunnel",
              "NotSupportedYet",
              "'true' is not supported yet; take it off"));
    }
    if (spec.presharedKey() != null) {
      problems.add(
          error(
              name,
              "spec.presharedKey",
              "NotSupportedYet",
              "'Generate' is not supported yet; name a Secret in spec.presharedKeySecretRef"));
    }
    var expiresAt = spec.expiresAt();
    if (expiresAt != null) {
      try {
        if (Instant.parse(expiresAt).getEpochSecond() <= now) {
          problems.add(
              error(
                  name,
                  "spec.expiresAt",
                  "Expired",
                  expiresAt + " has passed; set a later time to let the peer in again"));
        }
      } catch (DateTimeParseException e) {
        problems.add(
            error(
                name,
                "spec.expiresAt",
                "InvalidTime",
                "'" + expiresAt + "' is not a time; write it as 2027-01-31T12:00:00Z"));
      }
    }
  }

  private static Problem error(String name, String field, String reason, String message) {
    return Problem.error("Peer", name, field, reason, message);
  }
}
