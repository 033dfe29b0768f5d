package dev.weft.agent.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.mesh.net.Endpoint;
import dev.weft.runtime.client.PingedClientFactory;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client and where it leads.
 *
 * @param client closes with the process
 * @param address of the API server, whose packets must not enter the mesh
 * @param choice of addresses that it is one of
 */
public record ApiClient(KubernetesClient client, ApiServerAddress address, ApiServerChoice choice) {
  /** A second address of the API server, as {@code host:port}; see {@link ApiServerChoice}. */
  private static final String FALLBACK = "WEFT_API_SERVER_FALLBACK";

  private static final String TCP = "tcp://";
  private static final Logger LOG = LoggerFactory.getLogger(ApiClient.class);
  private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  /**
   * A client for the pod's service account, or for a kubeconfig file.
   *
   * @param watchLost called when a watch's connection died silently; must not block
   * @throws IOException with a text for the user, if neither is there
   */
  public static ApiClient open(
      Optional<Path> kubeconfig, Map<String, String> environment, Runnable watchLost)
      throws IOException {
    return open(kubeconfig, ACCOUNT, environment, watchLost);
  }

  /**
   * The same.
   *
   * @param account folder of the service account's token and certificate, where it is mounted
   */
  static ApiClient open(
      Optional<Path> kubeconfig, Path account, Map<String, String> environment, Runnable watchLost)
      throws IOException {
    var config =
        kubeconfig.isPresent()
            ? fromFile(kubeconfig.get())
            : fromServiceAccount(account, environment);
    config.setUserAgent("weft-agent");
    var url = URI.create(config.getMasterUrl());
    var host = url.getHost();
    if (host == null) {
      throw new IOException("the API server's URL '" + config.getMasterUrl() + "' has no host");
    }
    var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    var client =
        new PingedClientFactory(watchLost)
            .with(config)
            .withKubernetesSerialization(serialization())
            .build();
    var address = new ApiServerAddress(bare, url.getPort() < 0 ? 443 : url.getPort());
    return new ApiClient(
        client,
        address,
        kubeconfig.isPresent() ? new ApiServerChoice(List.of(address)) : choice(environment));
  }

  /**
   * Without a search of the class path for every kind that the client knows of. Status must be
   * known all the same: it is what a watch that is too old gets (410 Gone), and a client that can't
   * tell it asks for the same watch for ever instead of listing anew.
   */
  private static KubernetesSerialization serialization() {
    var serialization = new KubernetesSerialization(new ObjectMapper(), false);
    serialization.registerKubernetesResource(Status.class);
    return serialization;
  }

  private static Config fromFile(Path kubeconfig) throws IOException {
    if (!Files.isReadable(kubeconfig)) {
      throw new IOException("--kubeconfig " + kubeconfig + " cannot be read");
    }
    return Config.fromKubeconfig(kubeconfig.toFile());
  }

  private static Config fromServiceAccount(Path account, Map<String, String> environment)
      throws IOException {
    var certificate = account.resolve("ca.crt");
    var address = choice(environment).first(ApiServerChoice::answers);
    if (!Files.isReadable(certificate)) {
      throw new IOException(certificate + " cannot be read: mount the service account's token");
    }
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://" + address)
        .withCaCertFile(certificate.toString())
        .withOauthTokenProvider(new ServiceAccountToken(account.resolve("token")))
        .build();
  }

  /**
   * The Service {@code kubernetes}, which other programs of the host may call whatever this one
   * calls. Kubelet names it to every container, also where its address is set to another.
   *
   * @return empty outside of a pod
   */
  public static Optional<Endpoint> service(Map<String, String> environment) {
    var url = environment.getOrDefault("KUBERNETES_PORT", "");
    try {
      return url.startsWith(TCP)
          ? Optional.of(Endpoint.parse(url.substring(TCP.length())))
              .filter(e -> e.address().isPresent())
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      LOG.warn("KUBERNETES_PORT '{}' is no tcp://ADDRESS:PORT, and is ignored", url);
      return Optional.empty();
    }
  }

  private static ApiServerChoice choice(Map<String, String> environment) throws IOException {
    var host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    var port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (host.isEmpty()) {
      throw new IOException(
          "KUBERNETES_SERVICE_HOST is not set: run in a pod, set it to the API server's address, or"
              + " use --kubeconfig");
    }
    var candidates = new ArrayList<ApiServerAddress>();
    try {
      candidates.add(new ApiServerAddress(host, Integer.parseInt(port)));
      var fallback = environment.getOrDefault(FALLBACK, "");
      if (!fallback.isBlank()) {
        candidates.add(ApiServerChoice.parse(fallback.strip()));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "KUBERNETES_SERVICE_PORT '%s' or %s '%s' is malformed; write a port, and host:port"
              .formatted(port, FALLBACK, environment.getOrDefault(FALLBACK, "")),
          e);
    }
    return new ApiServerChoice(candidates);
  }
}
