package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * A Secret in the agents' namespace with the key presharedKey.
 *
 * @param name name of the Secret
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SecretRef(
    @Required @Size(min = 1, max = 253) @Pattern(Cel.OBJECT_NAME) String name) {}
