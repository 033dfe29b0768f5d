package dev.weft.runtime.client;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Watches that are plain requests, as the client begins them where a proxy refuses WebSockets. They
 * can't be pinged, so each is short: the server is asked to end it soon, and one that has not ended
 * then is given up, for its connection is dead.
 */
final class PlainWatches {
  /** The whole of it is no longer than a pinged watch is silent at most. */
  private static final Duration LENGTH = Duration.ofSeconds(25);

  /** What the server's own end takes to arrive. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** Until the answer begins, which it does at once: the connection may be one that is dead. */
  private static final Duration BEGIN = Duration.ofSeconds(10);

  private static final Pattern IS_WATCH = Pattern.compile("(^|&)watch=true(&|$)");
  private static final Pattern TIMEOUT = Pattern.compile("(^|&)timeoutSeconds=[0-9]+");

  private final Pings pings;
  private final Duration length;

  PlainWatches(Pings pings) {
    this(pings, LENGTH);
  }

  PlainWatches(Pings pings, Duration length) {
    this.pings = pings;
    this.length = length;
  }

  /** Whether a request is a watch. */
  static boolean is(HttpRequest request) {
    var query = request.uri().getRawQuery();
    return request.method().equals("GET") && query != null && IS_WATCH.matcher(query).find();
  }

  /** The same request, which the server ends soon. */
  HttpRequest shortened(HttpRequest request) {
    var uri = request.uri();
    var query = TIMEOUT.matcher(uri.getRawQuery()).replaceAll("");
    var text = uri.toString();
    var before = text.substring(0, text.indexOf('?'));
    var shorter = before + "?" + query + "&timeoutSeconds=" + length.toSeconds();
    return HttpRequest.newBuilder(request, (name, value) -> true)
        .uri(URI.create(shorter))
        .timeout(BEGIN)
        .build();
  }

  /** A handler of an answer that is given up when the server has not ended it in time. */
  <T> BodyHandler<T> bounded(BodyHandler<T> handler) {
    return answer -> new BoundedBody<>(handler.apply(answer), pings, length.plus(GRACE));
  }
}
