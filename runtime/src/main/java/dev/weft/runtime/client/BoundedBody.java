package dev.weft.runtime.client;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/** The body of an answer, which fails when it has not ended in time. Thread-safe. */
final class BoundedBody<T> implements BodySubscriber<T> {
  private final BodySubscriber<T> body;
  private final Pings pings;
  private final Duration limit;
  private boolean over;
  private @Nullable ScheduledFuture<?> end;

  /** A body that has not begun. */
  BoundedBody(BodySubscriber<T> body, Pings pings, Duration limit) {
    this.body = body;
    this.pings = pings;
    this.limit = limit;
  }

  @Override
  public CompletionStage<T> getBody() {
    return body.getBody();
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription subscription) {
    end = pings.after(limit, () -> giveUp(subscription));
    body.onSubscribe(subscription);
  }

  private void giveUp(Flow.Subscription subscription) {
    if (finish()) {
      pings.lost();
      subscription.cancel();
      body.onError(new HttpTimeoutException("the watch did not end in time"));
    }
  }

  private synchronized boolean finish() {
    boolean first = !over;
    over = true;
    if (end != null) {
      end.cancel(false);
    }
    return first;
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> bytes) {
    if (!over) {
      body.onNext(bytes);
    }
  }

  @Override
  public void onError(Throwable failure) {
    if (finish()) {
      body.onError(failure);
    }
  }

  @Override
  public void onComplete() {
    if (finish()) {
      body.onComplete();
    }
  }
}
