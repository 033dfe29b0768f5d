package dev.weft.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * The WireGuard device of every node.
 *
 * @param name link name of lane 0, at most 13 characters; further lanes get a digit more
 * @param port UDP port of lane 0
 * @param mtu bytes; absent: the agent finds it out
 * @param implementation kernel or userspace
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DeviceSpec(
    @Default("weft0")
        @Size(max = 13)
        @Pattern("^[a-z][-_.a-z0-9]*$")
        @ValidationRule(value = Cel.DEVICE_NAME_FREE, messageExpression = Cel.DEVICE_NAME_FREE_SAYS)
        @ValidationRule(
            value = Cel.UNCHANGED,
            messageExpression =
                "'the name of a live device can not be changed (it is ' + oldSelf + '); delete the mesh and create it anew'")
        String name,
    @Default("51820") @Min(1) @Max(65535) Integer port,
    @Nullable @Min(576) @Max(65455) Integer mtu,
    @Default("Auto") WireGuardImplementation implementation) {
  /** What an absent DeviceSpec means. */
  @SuppressWarnings("NullAway") // absent, as Jackson says it
  public static final DeviceSpec DEFAULT = new DeviceSpec(null, null, null, null);

  @SuppressWarnings("NullAway") // Jackson passes null for what is absent
  public DeviceSpec {
    name = name == null ? "weft0" : name;
    port = port == null ? (Integer) 51820 : port;
    implementation = implementation == null ? WireGuardImplementation.AUTO : implementation;
  }
}
