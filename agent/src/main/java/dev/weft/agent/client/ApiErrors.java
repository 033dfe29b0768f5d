package dev.weft.agent.client;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What the API server, or the way to it, said; briefly. */
public final class ApiErrors {
  private ApiErrors() {}

  /** One line without the client's own decoration. */
  public static String text(Throwable failure) {
    var deepest = failure;
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException k
          && k.getStatus() != null
          && k.getStatus().getMessage() != null) {
        return k.getStatus().getMessage();
      }
      deepest = cause;
    }
    var message = deepest.getMessage();
    var kind = deepest.getClass().getSimpleName();
    return message == null || message.isEmpty() ? kind : kind + ": " + message;
  }
}
