package dev.weft.mesh.snapshot;

import dev.weft.mesh.net.IpAddress;
import java.util.List;
import java.util.stream.Stream;

/** Addresses of the API server itself: those that the Service {@code kubernetes} leads to. */
public final class ApiServerAddresses {
  /** Namespace of the Service. */
  public static final String NAMESPACE = "default";

  /**
   * Name of the EndpointSlice that the API servers maintain for it. Others with the Service's label
   * may be anybody's who may write EndpointSlices there, and are not read.
   */
  public static final String SLICE = "kubernetes";

  private ApiServerAddresses() {}

  /**
   * The addresses among what EndpointSlices list, sorted.
   *
   * @param hosts of all endpoints; those of a slice of names are passed over
   */
  public static List<IpAddress> of(Stream<String> hosts) {
    return hosts.flatMap(ApiServerAddresses::address).distinct().sorted().toList();
  }

  private static Stream<IpAddress> address(String host) {
    try {
      return Stream.of(IpAddress.parse(host));
    } catch (IllegalArgumentException e) {
      return Stream.empty();
    }
  }
}
