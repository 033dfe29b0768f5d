package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * A network link of the node that has addresses.
 *
 * @param name link name
 * @param mtu bytes
 * @param addresses with on-link prefix length, such as 10.0.1.5/24
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ReportedLink(
    @Required @Size(max = 15) String name,
    @Required @Min(0) Integer mtu,
    @Size(max = 64) List<@Size(max = 49) String> addresses) {
  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public ReportedLink {
    addresses = addresses == null ? List.of() : List.copyOf(addresses);
  }
}
