package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;

/**
 * Where the nodes find the API server, where their path to it is not obvious.
 *
 * @param host IP address or DNS name
 * @param port TCP port
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ApiServerSpec(@Required String host, @Default("443") Integer port) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public ApiServerSpec {
    port = port == null ? (Integer) 443 : port;
  }
}
