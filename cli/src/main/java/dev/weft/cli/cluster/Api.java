package dev.weft.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.cli.InputException;
import dev.weft.mesh.net.Endpoint;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Requests to the API server of a kubeconfig's context; JSON in, JSON out. */
public final class Api implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int REFUSED = 400;
  private static final int TIMEOUT_SECONDS = 30;
  private static final String METADATA_ONLY =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

  private final HttpClient http;
  private final String base;
  private volatile long serverSeconds;

  private Api(Config config) {
    // Not the whole client: its typed kinds, which aren't used here, take a tenth of a second.
    var factory = new JdkHttpClientFactory();
    var builder = factory.newBuilder(config);
    HttpClientUtils.applyCommonConfiguration(config, builder, factory);
    http = builder.build();
    base = config.getMasterUrl().replaceAll("/*$", "");
  }

  /**
   * The API server of a context.
   *
   * @param kubeconfig file; empty: KUBECONFIG, else ~/.kube/config, else the pod's own account
   * @param context empty: the current one
   * @throws InputException if there is none
   */
  public static Api of(String kubeconfig, String context) {
    Config config;
    try {
      if (kubeconfig.isEmpty()) {
        config = Config.autoConfigure(context.isEmpty() ? null : context);
      } else {
        var file = new File(kubeconfig);
        if (!file.canRead()) {
          throw new InputException(kubeconfig + ": can't be read; name a kubeconfig file");
        }
        config = Config.fromKubeconfig(context.isEmpty() ? null : context, file);
      }
    } catch (KubernetesClientException e) {
      throw new InputException("kubeconfig: " + firstLine(e.getMessage()));
    }
    if (!context.isEmpty()
        && (config.getCurrentContext() == null
            || !context.equals(config.getCurrentContext().getName()))) {
      throw new InputException(
          "there is no context '%s' in the kubeconfig; 'kubectl config get-contexts' lists them"
              .formatted(context));
    }
    config.setRequestRetryBackoffLimit(0);
    config.setConnectionTimeout(15_000);
    config.setRequestTimeout(20_000);
    ClientKeys.convert(config);
    return new Api(config);
  }

  /** Where it is asked. */
  public Endpoint endpoint() {
    var uri = URI.create(base);
    int port = uri.getPort() >= 0 ? uri.getPort() : "http".equals(uri.getScheme()) ? 80 : 443;
    var host = uri.getHost();
    return new Endpoint(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
  }

  /** GET. */
  public JsonNode get(String path) throws ApiRefusal {
    return send("GET", path, "application/json", null);
  }

  /** GET of a list without the objects' contents. */
  public JsonNode names(String path) throws ApiRefusal {
    return send("GET", path, "application/json", null, METADATA_ONLY);
  }

  /** POST of a new object. */
  public JsonNode create(String path, JsonNode object) throws ApiRefusal {
    return send("POST", path, "application/json", object.toString());
  }

  /** PATCH, RFC 7386. */
  public JsonNode merge(String path, JsonNode patch) throws ApiRefusal {
    return send("PATCH", path, "application/merge-patch+json", patch.toString());
  }

  /** DELETE. */
  public JsonNode delete(String path) throws ApiRefusal {
    // without a body the client would make it a GET
    return send("DELETE", path, "application/json", deleteOptions().toString());
  }

  /** DELETE of the object that was read, not of one that has its name by now. */
  public JsonNode delete(String path, String uid) throws ApiRefusal {
    var options = deleteOptions();
    options.putObject("preconditions").put("uid", uid);
    return send("DELETE", path, "application/json", options.toString());
  }

  private static ObjectNode deleteOptions() {
    return JSON.createObjectNode().put("apiVersion", "v1").put("kind", "DeleteOptions");
  }

  /** GET of what doesn't end by itself, such as a watch, of the objects' metadata. */
  InputStream stream(String path) throws ApiRefusal {
    try {
      var request =
          http.newHttpRequestBuilder()
              .uri(base + path)
              .header("Accept", METADATA_ONLY.replace("List;", ";"))
              .forStreaming()
              .build();
      var response =
          http.sendAsync(request, InputStream.class).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (response.code() >= REFUSED) {
        response.body().close();
        throw new ApiRefusal(response.code(), "it can't be watched");
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted");
    } catch (ExecutionException | TimeoutException | IOException e) {
      throw new UnreachableException("%s can't be reached (%s)".formatted(base, cause(e)));
    }
  }

  private JsonNode send(String method, String path, String type, @Nullable String body)
      throws ApiRefusal {
    return send(method, path, type, body, "application/json");
  }

  private JsonNode send(
      String method, String path, String type, @Nullable String body, String accept)
      throws ApiRefusal {
    try {
      var request =
          http.newHttpRequestBuilder()
              .uri(base + path)
              .header("Accept", accept)
              .method(method, type, body)
              .build();
      var response = http.sendAsync(request, String.class).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      notice(response);
      var text = response.body();
      if (response.code() >= REFUSED) {
        throw new ApiRefusal(response.code(), message(text));
      }
      return JSON.readTree(text == null ? "" : text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted");
    } catch (TimeoutException e) {
      throw new UnreachableException(base + " doesn't answer within " + TIMEOUT_SECONDS + " s");
    } catch (ExecutionException e) {
      throw new UnreachableException(
          "%s can't be reached (%s); is the kubeconfig's context right?".formatted(base, cause(e)));
    } catch (JsonProcessingException e) {
      throw new InputException(base + path + " answered with something else than JSON");
    }
  }

  private void notice(HttpResponse<String> response) {
    var date = response.header("Date");
    if (date != null) {
      try {
        serverSeconds =
            ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
      } catch (DateTimeParseException e) {
        serverSeconds = 0;
      }
    }
  }

  /** The API server's clock at its last answer; 0: it never said. */
  public long serverEpochSecond() {
    return serverSeconds;
  }

  private static String cause(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    var message = deepest.getMessage();
    return firstLine(message == null ? deepest.getClass().getSimpleName() : message);
  }

  private static String message(@Nullable String body) {
    try {
      return firstLine(JSON.readTree(body == null ? "" : body).path("message").asText());
    } catch (JsonProcessingException e) {
      return firstLine(String.valueOf(body));
    }
  }

  private static String firstLine(@Nullable String text) {
    return String.valueOf(text).lines().findFirst().orElse("").strip();
  }

  @Override
  public void close() {
    http.close();
  }
}
