package dev.weft.e2e.probe;

import dev.weft.e2e.exec.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * Who reaches whom, every ordered pair of pods.
 *
 * @param names in the order of rows and columns
 * @param reaches by asker, then by answerer
 */
public record ReachabilityMatrix(List<String> names, Map<String, Map<String, Reach>> reaches) {
  private static final Pattern ANSWER =
      Pattern.compile("\\{\"pod\":\"(?<pod>[^\"]+)\",\"client\":\"(?<client>[0-9a-f.:\\[\\]]+)\"}");
  private static final Duration QUICK = Patience.with(Duration.ofMillis(400));
  private static final Duration PATIENT = Patience.with(Duration.ofSeconds(2));

  /**
   * Asks every pod from every other. One question at a time per pod, so that the times mean
   * something; those that get no quick answer are asked once more, together.
   */
  public static ReachabilityMatrix measure(List<Endpoint> pods) {
    var rows = new LinkedHashMap<String, CompletableFuture<Map<String, Reach>>>();
    for (var pod : pods) {
      rows.put(pod.name(), pod.namespace().start("ask-" + pod.name(), () -> askAll(pod, pods)));
    }
    var reaches = new LinkedHashMap<String, Map<String, Reach>>();
    rows.forEach((name, row) -> reaches.put(name, row.join()));
    return new ReachabilityMatrix(pods.stream().map(Endpoint::name).toList(), reaches);
  }

  /** Whether every pod reached every other. */
  public boolean complete() {
    return missing().isEmpty();
  }

  /** What failed, one line each. */
  public List<String> missing() {
    var lines = new ArrayList<String>();
    reaches.forEach(
        (from, row) ->
            row.forEach(
                (to, reach) -> {
                  switch (reach) {
                    case Reach.Answered _ -> {}
                    case Reach.Wrong(var answer) ->
                        lines.add("%s → %s: wrong answer %s".formatted(from, to, answer));
                    case Reach.Silent(var reason) ->
                        lines.add("%s → %s: %s".formatted(from, to, reason));
                  }
                }));
    return lines;
  }

  /** The number of pairs. */
  public int pairs() {
    return names.size() * (names.size() - 1);
  }

  /** A table with a row per asker and a round-trip time in milliseconds per answerer. */
  public String table() {
    int width = 1 + names.stream().mapToInt(String::length).reduce(8, Math::max);
    var cell = "%" + width + "s";
    var head = "%-" + (width + 1) + "s";
    var text = new StringBuilder(head.formatted("from \\ to"));
    names.forEach(name -> text.append(cell.formatted(name)));
    for (var from : names) {
      text.append('\n').append(head.formatted(from));
      for (var to : names) {
        var reach = reaches.getOrDefault(from, Map.of()).get(to);
        text.append(
            cell.formatted(
                switch (reach) {
                  case null -> "·";
                  case Reach.Answered(var time) -> "%.1f".formatted(time.toNanos() / 1e6);
                  case Reach.Wrong _ -> "WRONG";
                  case Reach.Silent _ -> "FAIL";
                }));
      }
    }
    return text.toString();
  }

  private static Map<String, Reach> askAll(Endpoint from, List<Endpoint> pods) {
    var row = new LinkedHashMap<String, Reach>();
    var again = new LinkedHashMap<String, CompletableFuture<Reach>>();
    for (var to : pods) {
      if (to.name().equals(from.name())) {
        continue;
      }
      var reach = ask(to, QUICK);
      row.put(to.name(), reach);
      if (reach instanceof Reach.Silent) {
        again.put(to.name(), from.namespace().start("again", () -> ask(to, PATIENT)));
      }
    }
    again.forEach((name, reach) -> row.put(name, reach.join()));
    return row;
  }

  private static Reach ask(Endpoint to, Duration limit) {
    try {
      var answer = HttpGet.get(to.address(), Endpoint.PORT, "/", limit);
      var said = ANSWER.matcher(answer.body());
      boolean right =
          said.matches()
              && said.group("pod").equals(to.name())
              // Texts of an IPv6 address differ.
              && InetAddress.getByName(said.group("client")).equals(answer.local());
      return right
          ? new Reach.Answered(answer.connected())
          : new Reach.Wrong(
              "%s, wanted %s asked by %s"
                  .formatted(answer.body(), to.name(), answer.local().getHostAddress()));
    } catch (IOException e) {
      return new Reach.Silent(String.valueOf(e.getMessage()));
    }
  }
}
