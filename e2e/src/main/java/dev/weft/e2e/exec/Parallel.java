package dev.weft.e2e.exec;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/** The same for several things at once. */
public final class Parallel {
  private Parallel() {}

  /** Does it with each; the first failure is thrown when all have ended. */
  public static <T> void each(List<T> things, Consumer<T> action) {
    map(
        things,
        thing -> {
          action.accept(thing);
          return true;
        });
  }

  /** What it gives for each, in their order; the first failure is thrown when all have ended. */
  public static <T, R> List<R> map(List<T> things, Function<T, R> function) {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          things.stream()
              .map(thing -> executor.submit((Callable<R>) () -> function.apply(thing)))
              .toList();
      return all.stream().map(Parallel::result).toList();
    }
  }

  private static <R> R result(Future<R> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }
}
