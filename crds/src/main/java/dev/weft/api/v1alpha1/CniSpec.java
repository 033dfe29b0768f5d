package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;

/**
 * How Weft attaches pods.
 *
 * @param enabled whether the agent writes the CNI configuration and installs the plugins; false:
 *     something else attaches pods with addresses of their Node's pod CIDRs, and Weft routes to
 *     them
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CniSpec(@Default("true") Boolean enabled) {
  /** What an absent CniSpec means. */
  @SuppressWarnings("NullAway") // absent, as Jackson says it
  public static final CniSpec DEFAULT = new CniSpec(null);

  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public CniSpec {
    enabled = enabled == null ? Boolean.TRUE : enabled;
  }
}
