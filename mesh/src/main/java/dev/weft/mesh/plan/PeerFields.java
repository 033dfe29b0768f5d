package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.Durations;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.problem.Quote;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of a Peer's spec that concern no other object. */
final class PeerFields {
  private static final int LONGEST_KEEPALIVE = 65535;

  private final PeerSpec spec;
  private final Problems problems;

  PeerFields(PeerSpec spec, Problems problems) {
    this.spec = spec;
    this.problems = problems;
  }

  /** The endpoint, if there is a well-formed one. */
  Optional<Endpoint> endpoint(Set<String> unresolvedNames, Map<String, IpAddress> reservedNames) {
    var endpoint = spec.endpoint();
    if (endpoint == null) {
      return Optional.empty();
    }
    try {
      var parsed = EndpointRules.checked(new Endpoint(endpoint.host(), endpoint.port()));
      var reserved = reservedNames.get(parsed.host());
      if (reserved != null) {
        throw new IllegalArgumentException(
            "'%s' leads to %s, where no other machine is: it %s"
                .formatted(
                    parsed.host(),
                    reserved,
                    SpecialRanges.reserved(reserved).orElse("is reserved")));
      }
      if (unresolvedNames.contains(parsed.host())) {
        problems.warn(
            "spec.endpoint.host",
            "EndpointUnresolved",
            "'%s' does not resolve; correct the name or its DNS, until then the peer has to call first"
                .formatted(parsed.host()));
      }
      return Optional.of(parsed);
    } catch (IllegalArgumentException e) {
      error("spec.endpoint", "InvalidEndpoint", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  @Nullable String keepalive() {
    var text = spec.persistentKeepalive();
    if (text == null) {
      return null;
    }
    try {
      if (Durations.seconds(text) <= LONGEST_KEEPALIVE) {
        return text;
      }
      error("spec.persistentKeepalive", "InvalidDuration", Quote.of(text) + " is more than 65535s");
    } catch (IllegalArgumentException e) {
      error("spec.persistentKeepalive", "InvalidDuration", String.valueOf(e.getMessage()));
    }
    return null;
  }

  /** Whether the time of expiry has passed. */
  boolean isExpired(long now) {
    var expiresAt = spec.expiresAt();
    if (expiresAt == null) {
      return false;
    }
    try {
      if (Instant.parse(expiresAt).getEpochSecond() <= now) {
        error(
            "spec.expiresAt",
            "Expired",
            expiresAt + " has passed; set a later time to let the peer in again");
        return true;
      }
    } catch (DateTimeParseException e) {
      error(
          "spec.expiresAt",
          "InvalidTime",
          Quote.of(expiresAt) + " is not a time; write it as 2027-01-31T12:00:00Z");
    }
    return false;
  }

  /** Whether agents can read the time of expiry; a Peer whose end is not known is not let in. */
  boolean isExpiryReadable() {
    try {
      var expiresAt = spec.expiresAt();
      return expiresAt == null || Instant.parse(expiresAt) != null;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** Whether all that it sends goes through its location's gateway. */
  boolean isFullTunnel() {
    if (!Boolean.TRUE.equals(spec.fullTunnel())) {
      return false;
    }
    if (spec.location() == null) {
      error(
          "spec.fullTunnel",
          "FullTunnelNeedsLocation",
          "'true' without spec.location: name the location whose gateway it is to reach the internet from");
      return false;
    }
    return true;
  }

  private void error(String field, String reason, String message) {
    problems.error(field, reason, message);
  }
}
