package dev.weft.cli.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Things that wait for the network, done at once. */
final class Together {
  private Together() {}

  /** The results, in order. */
  static <A, B> List<B> all(List<A> inputs, Function<A, B> action) {
    var results = new ArrayList<B>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var running =
          inputs.stream().<Future<B>>map(i -> executor.submit(() -> action.apply(i))).toList();
      for (var one : running) {
        results.add(one.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return List.copyOf(results);
  }
}
