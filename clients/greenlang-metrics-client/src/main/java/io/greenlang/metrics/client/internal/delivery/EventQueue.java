package io.greenlang.metrics.client.internal.delivery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A queue that runs the calls of all listeners on an executor, one after another, in the order of
 * the events.
 *
 * <p>The frames in the queue are bounded by the read window. Other events are bounded by {@link
 * #MAX_EVENTS}: further ones are counted and discarded. Thread-safe.
 */
public final class EventQueue {

  /** The maximum number of waiting events that hold no frame. */
  static final int MAX_EVENTS = 1000;

  private final Executor executor;
  private final Queue<Runnable> calls = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger events = new AtomicInteger();
  private final AtomicLong discarded = new AtomicLong();
  private final ClientLog rejections = new ClientLog();
  private final ClientLog failures = new ClientLog();

  /** Creates a queue that runs its calls on an executor. */
  public EventQueue(Executor executor) {
    this.executor = executor;
  }

  /** Queues a call that a frame of the read window bounds. */
  public void post(Runnable call) {
    calls.add(call);
    if (pending.getAndIncrement() == 0) {
      schedule();
    }
  }

  /** Queues a call for an event that holds no frame, unless too many are waiting. */
  public void postEvent(Runnable call) {
    if (events.incrementAndGet() > MAX_EVENTS) {
      events.decrementAndGet();
      discarded.incrementAndGet();
      return;
    }
    post(
        () -> {
          events.decrementAndGet();
          call.run();
        });
  }

  /** Returns the number of discarded events. */
  public long discarded() {
    return discarded.get();
  }

  private void schedule() {
    try {
      executor.execute(this::drain);
    } catch (RejectedExecutionException e) {
      pending.set(0); // the next event tries again
      rejections.warn("Failed to call the listeners: the executor rejects tasks", e);
    }
  }

  private void drain() {
    int seen = pending.get();
    while (seen > 0) {
      for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
        run(call);
      }
      seen = pending.addAndGet(-seen);
    }
  }

  /** Runs the call of a listener, whose exception affects no other one. */
  void run(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      failures.warn("A listener of the metrics client failed", e);
    }
  }
}
