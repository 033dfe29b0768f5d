package dev.weft.runtime.client;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber to the body of one HTTP response that ends the response when no byte of it has come
 * for too long. The time-out of a JDK request ends with the headers; without this class a list that
 * stops in the middle would be waited for without an end. Time in which the reader asks for nothing
 * doesn't count.
 */
final class StallGuard<T> implements HttpResponse.BodySubscriber<T> {
  private final HttpResponse.BodySubscriber<T> reader;
  private final Pings pings;
  private final int patience;
  private long wanted;
  private int silent;
  private boolean ended;
  private @Nullable ScheduledFuture<?> watching;

  /**
   * Guards what that reader reads.
   *
   * @param patience after how many pauses without a byte the response ends
   */
  StallGuard(HttpResponse.BodySubscriber<T> reader, Pings pings, int patience) {
    this.reader = reader;
    this.pings = pings;
    this.patience = patience;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    synchronized (this) {
      watching = pings.every(() -> look(subscription));
    }
    reader.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {
            want(n);
            subscription.request(n);
          }

          @Override
          public void cancel() {
            end();
            subscription.cancel();
          }
        });
  }

  private synchronized void want(long n) {
    silent = wanted > 0 ? silent : 0;
    wanted = n > Long.MAX_VALUE - wanted ? Long.MAX_VALUE : wanted + n;
  }

  private void look(Flow.Subscription subscription) {
    synchronized (this) {
      if (wanted <= 0 || ++silent < patience) {
        return;
      }
    }
    if (end()) {
      pings.lost();
      subscription.cancel();
      reader.onError(new IOException("the API server's response stopped in the middle"));
    }
  }

  /** Whether it had not ended before. */
  private synchronized boolean end() {
    boolean first = !ended;
    ended = true;
    if (watching != null) {
      watching.cancel(false);
    }
    return first;
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    synchronized (this) {
      silent = 0;
      wanted -= wanted == Long.MAX_VALUE ? 0 : 1;
    }
    reader.onNext(bytes);
  }

  @Override
  public void onError(Throwable error) {
    if (end()) {
      reader.onError(error);
    }
  }

  @Override
  public void onComplete() {
    if (end()) {
      reader.onComplete();
    }
  }

  @Override
  public CompletionStage<T> getBody() {
    return reader.getBody();
  }
}
