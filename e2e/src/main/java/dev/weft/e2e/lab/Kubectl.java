package dev.weft.e2e.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * kubectl with the administrator's rights, in the control plane's network and with the host's
 * files.
 */
public final class Kubectl {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A folder that cannot be made. kubectl keeps for hours which kinds an address has, and the next
   * lab has the same address: {@code kubectl get weft} then says that there is no such kind.
   */
  private static final String NO_CACHE = "--cache-dir=/dev/null/none";

  private final Place place;
  private final Path binary;
  private final Path kubeconfig;

  /**
   * kubectl from that place.
   *
   * @param binary kubectl
   * @param kubeconfig the administrator's
   */
  public Kubectl(Place place, Path binary, Path kubeconfig) {
    this.place = place;
    this.binary = binary;
    this.kubeconfig = kubeconfig;
  }

  /** Runs it and returns what it said, whatever its exit code. */
  public Output run(String... args) {
    return Shell.run(place, Shell.LIMIT, "", command(Arrays.asList(args)));
  }

  /**
   * Runs it and returns what it said, whatever its exit code.
   *
   * @param limit after which it is ended
   */
  public Output run(Duration limit, String... args) {
    return Shell.run(place, limit.plusSeconds(10), "", command(Arrays.asList(args)));
  }

  /** Applies manifests, given as text, server-side. */
  public void apply(String manifests) {
    input(manifests, "apply", "--server-side", "--force-conflicts", "-f", "-").orThrow();
  }

  /** Runs it with a standard input. */
  public Output input(String text, String... args) {
    return Shell.run(place, Shell.LIMIT, text, command(Arrays.asList(args)));
  }

  /** What {@code kubectl get … -o json} returns. */
  public JsonNode get(String... args) {
    var all = new ArrayList<>(List.of("get", "-o", "json"));
    all.addAll(Arrays.asList(args));
    try {
      return JSON.readTree(run(all.toArray(String[]::new)).orThrow());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(String.join(" ", all), e);
    }
  }

  /** Runs it with this process's own terminal and returns its exit code. */
  public int attached(List<String> args) {
    return Shell.attached(place, command(args));
  }

  private List<String> command(List<String> args) {
    var all = new ArrayList<>(List.of(binary.toString(), NO_CACHE, "--kubeconfig=" + kubeconfig));
    all.addAll(args);
    return all;
  }
}
