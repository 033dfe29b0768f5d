package dev.weft.mesh.plan;

import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.SpecialRanges;
import java.util.Locale;
import java.util.Set;

/** Which endpoints nodes may call. */
final class EndpointRules {
  private static final Set<String> LOCAL =
      Set.of("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback");

  private EndpointRules() {}

  /**
   * An endpoint that another machine can be at.
   *
   * @throws IllegalArgumentException if the text is no endpoint, or its host is every machine
   *     itself, a group, the link, or a service of the cloud
   */
  static Endpoint parse(String text) {
    return checked(Endpoint.parse(text));
  }

  /** The same of one that is parsed. */
  static Endpoint checked(Endpoint endpoint) {
    var reserved = endpoint.address().flatMap(SpecialRanges::reserved);
    if (reserved.isPresent()) {
      throw new IllegalArgumentException(
          "no other machine is at %s: it %s".formatted(endpoint.host(), reserved.get()));
    }
    var name = endpoint.host().toLowerCase(Locale.ROOT);
    name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (LOCAL.contains(name) || name.endsWith(".localhost")) {
      throw new IllegalArgumentException(
          "'%s' is every machine itself; give the name that others reach it by"
              .formatted(endpoint.host()));
    }
    return endpoint;
  }
}
