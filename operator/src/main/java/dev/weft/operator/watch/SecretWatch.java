package dev.weft.operator.watch;

import io.fabric8.kubernetes.api.model.Secret;

/** Watches the Secrets of one namespace. */
final class SecretWatch extends Watch<Secret> {
  SecretWatch(Listener<Secret> listener) {
    super(listener);
  }
}
