package dev.weft.agent.view;

import dev.weft.runtime.client.Definition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Which objects of a kind were deleted for themselves, and which went with their CRD. Each deletion
 * that is told is looked into on a thread of its own, for that blocks.
 */
final class Deletions<T extends HasMetadata> implements ResourceEventHandler<T> {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Definition definition;
  private final boolean inDoubt;
  private final Predicate<T> isBack;
  private final Runnable changed;
  private final Set<String> meant = ConcurrentHashMap.newKeySet();
  private final Set<String> accidental = ConcurrentHashMap.newKeySet();
  private final Set<String> undecided = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Nothing was deleted yet.
   *
   * @param definition of the kind
   * @param inDoubt whether a deletion counts as meant where the definition must not be read
   * @param isBack whether an object that is there again ends what its deletion meant; one that the
   *     operator has not looked at yet does not
   * @param changed called when a deletion was looked into; must not block
   */
  Deletions(Definition definition, boolean inDoubt, Predicate<T> isBack, Runnable changed) {
    this.definition = definition;
    this.isBack = isBack;
    this.inDoubt = inDoubt;
    this.changed = changed;
  }

  /** Remembers which definition it is; in the background. */
  void learn() {
    Thread.ofVirtual()
        .name("definition")
        .start(
            () -> {
              while (!closed && definition.look() != Definition.State.STANDS && pause()) {
                // until it can be read
              }
            });
  }

  /** Objects deleted for themselves, and not there again. */
  Set<String> meant() {
    return Set.copyOf(meant);
  }

  /** Objects that went with their CRD, or of which it isn't known yet. */
  Set<String> accidental() {
    var names = new HashSet<>(accidental);
    names.addAll(undecided);
    return names;
  }

  @Override
  public void onAdd(T object) {
    forget(object);
  }

  @Override
  public void onUpdate(T before, T after) {
    forget(after);
  }

  private void forget(T object) {
    if (!isBack.test(object)) {
      return;
    }
    var name = object.getMetadata().getName();
    undecided.remove(name);
    meant.remove(name);
    accidental.remove(name);
  }

  @Override
  public void onDelete(T object, boolean missedTheEvent) {
    // Objects missing after a relist were not necessarily deleted: nothing is known of them.
    if (!missedTheEvent) {
      var name = object.getMetadata().getName();
      undecided.add(name);
      Thread.ofVirtual().name("deletion").start(() -> lookInto(object));
    }
  }

  private void lookInto(T object) {
    var name = object.getMetadata().getName();
    var createdAt = Objects.requireNonNullElse(object.getMetadata().getCreationTimestamp(), "");
    for (int attempt = 0; attempt < 3 && !closed; attempt++) {
      var state = definition.look(createdAt);
      if (state != Definition.State.UNKNOWN) {
        decide(name, state == Definition.State.STANDS);
        return;
      }
      if (!pause()) {
        return;
      }
    }
    decide(name, inDoubt);
  }

  /** Unless it is there again. */
  private void decide(String name, boolean isMeant) {
    if (undecided.remove(name)) {
      (isMeant ? meant : accidental).add(name);
      changed.run();
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(AGAIN);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  void close() {
    closed = true;
  }
}
