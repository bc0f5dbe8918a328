package io.greenlang.metrics.client.internal.delivery;

import io.greenlang.metrics.client.model.Registration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The listeners of one kind of event. Thread-safe.
 *
 * @param <E> the event
 */
public final class Listeners<E> {

  private final EventQueue queue;
  private final List<Entry<E>> entries = new CopyOnWriteArrayList<>();

  /** A listener, which is compared by identity: one that is added twice is called twice. */
  private static final class Entry<E> {
    final Consumer<? super E> listener;
    volatile boolean removed;

    Entry(Consumer<? super E> listener) {
      this.listener = listener;
    }
  }

  /** Creates an empty list, whose listeners are called through a queue. */
  public Listeners(EventQueue queue) {
    this.queue = queue;
  }

  /** Adds a listener. */
  public Registration add(Consumer<? super E> listener) {
    Entry<E> entry = new Entry<>(Objects.requireNonNull(listener, "listener"));
    entries.add(entry);
    return () -> {
      entry.removed = true;
      entries.remove(entry);
    };
  }

  /** Returns whether there is no listener. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Queues a call of each listener. */
  public void notify(E event) {
    for (Entry<E> entry : entries) {
      queue.post(
          () -> {
            if (!entry.removed) {
              entry.listener.accept(event);
            }
          });
    }
  }
}
