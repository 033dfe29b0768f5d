package dev.weft.runtime.client;

import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener to one WebSocket that pings it, and gives it up when nothing at all has come for
 * {@value #MISSES} pings in a row. Silence is counted in pings and not by the clock, so that a
 * process that was stopped for a while doesn't take itself for cut off.
 */
final class PingedListener implements WebSocket.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(PingedListener.class);
  static final int MISSES = 3;

  private final WebSocket.Listener listener;
  private final Pings pings;
  private volatile boolean heard;
  private volatile boolean ended;
  private int missed;
  private @Nullable ScheduledFuture<?> pinging;

  PingedListener(WebSocket.Listener listener, Pings pings) {
    this.listener = listener;
    this.pings = pings;
  }

  @Override
  public void onOpen(WebSocket socket) {
    heard = true;
    synchronized (this) {
      pinging = pings.every(() -> ping(socket));
    }
    listener.onOpen(socket);
  }

  private void ping(WebSocket socket) {
    try {
      if (socket.isInputClosed() || ended) {
        end();
      } else if (heard || ++missed < MISSES) {
        missed = heard ? 0 : missed;
        heard = false;
        var ignored = socket.sendPing(ByteBuffer.allocate(0));
      } else if (end()) {
        LOG.warn("a watch's connection died silently: no answer to {} pings", MISSES);
        socket.abort();
        pings.lost();
        listener.onError(socket, new IOException("no sign of life of the API server"));
      }
    } catch (RuntimeException | Error e) {
      LOG.warn("a watch could not be pinged: {}", String.valueOf(e));
    }
  }

  /** Whether it had not ended before. */
  private synchronized boolean end() {
    boolean first = !ended;
    ended = true;
    if (pinging != null) {
      pinging.cancel(false);
    }
    return first;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    heard = true;
    return listener.onText(socket, data, last);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    heard = true;
    return listener.onBinary(socket, data, last);
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
    heard = true;
    return listener.onPing(socket, message);
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
    heard = true;
    return listener.onPong(socket, message);
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
    return end() ? listener.onClose(socket, status, reason) : null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    if (end()) {
      listener.onError(socket, error);
    }
  }
}
