package dev.weft.agent.client;

import dev.weft.mesh.net.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which of the API server's addresses an agent calls. The Service {@code kubernetes} may lead to a
 * private address that a node of another cloud reaches only through the mesh, which it has not
 * joined yet, or whose gateway is dead; the chart names a second address then.
 *
 * @param candidates in order of preference, at least one
 */
public record ApiServerChoice(List<ApiServerAddress> candidates) {
  static final Duration PATIENCE = Duration.ofSeconds(3);

  public ApiServerChoice {
    candidates = candidates.stream().distinct().toList();
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("no address of the API server");
    }
  }

  /**
   * The first candidate that answers; the first of all if none does. A lone one is not tried.
   *
   * @param answers may block for some seconds
   */
  public ApiServerAddress first(Predicate<ApiServerAddress> answers) {
    return candidates.size() == 1
        ? candidates.getFirst()
        : candidates.stream().filter(answers).findFirst().orElse(candidates.getFirst());
  }

  /** Another candidate that answers, where the one in use doesn't. */
  public Optional<ApiServerAddress> insteadOf(
      ApiServerAddress inUse, Predicate<ApiServerAddress> answers) {
    return candidates.stream().filter(c -> !c.equals(inUse)).filter(answers).findFirst();
  }

  /** Whether a TCP connection to it opens within three seconds. */
  public static boolean answers(ApiServerAddress address) {
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.host(), address.port()), (int) PATIENCE.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * An address of the form {@code host:port}, IPv6 in brackets.
   *
   * @throws IllegalArgumentException with a text for the user
   */
  static ApiServerAddress parse(String text) {
    var endpoint = Endpoint.parse(text);
    return new ApiServerAddress(endpoint.host(), endpoint.port());
  }
}
