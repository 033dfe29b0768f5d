package dev.weft.agent.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The client and where it leads.
 *
 * @param client closes with the process
 * @param address of the API server, whose packets must not enter the mesh
 */
public record ApiClient(KubernetesClient client, ApiServerAddress address) {
  private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  /**
   * A client for the pod's service account, or for a kubeconfig file.
   *
   * @throws IOException with a text for the user, if neither is there
   */
  public static ApiClient open(Optional<Path> kubeconfig, Map<String, String> environment)
      throws IOException {
    var config =
        kubeconfig.isPresent() ? fromFile(kubeconfig.get()) : fromServiceAccount(environment);
    // Every caller here has a retry of its own, which knows what it is worth.
    config.setRequestRetryBackoffLimit(0);
    config.setRequestTimeout(10_000);
    config.setConnectionTimeout(5_000);
    config.setWatchReconnectInterval(300);
    config.setUserAgent("weft-agent");
    var url = URI.create(config.getMasterUrl());
    var host = url.getHost();
    if (host == null) {
      throw new IOException("the API server's URL '" + config.getMasterUrl() + "' has no host");
    }
    var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    var client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withKubernetesSerialization(serialization())
            .build();
    return new ApiClient(
        client, new ApiServerAddress(bare, url.getPort() < 0 ? 443 : url.getPort()));
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

  private static Config fromServiceAccount(Map<String, String> environment) throws IOException {
    var host = environment.get("KUBERNETES_SERVICE_HOST");
    var port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    var certificate = ACCOUNT.resolve("ca.crt");
    if (host == null || host.isEmpty()) {
      throw new IOException(
          "KUBERNETES_SERVICE_HOST is not set: run in a pod, set it to the API server's address, or"
              + " use --kubeconfig");
    }
    if (!Files.isReadable(certificate)) {
      throw new IOException(certificate + " cannot be read: mount the service account's token");
    }
    var authority = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://" + authority + ":" + port)
        .withCaCertFile(certificate.toString())
        .withOauthTokenProvider(new ServiceAccountToken(ACCOUNT.resolve("token")))
        .build();
  }
}
