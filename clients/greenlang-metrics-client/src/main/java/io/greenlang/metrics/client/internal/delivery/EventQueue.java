package io.greenlang.metrics.client.internal.delivery;

import io.greenlang.metrics.client.internal.connection.ReadWindow.Credit;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A queue that runs the calls of all listeners on an executor, one after another, in the order of
 * the events.
 *
 * <p>Events of frames are bounded by the read window, because each holds its frame. Other events
 * are bounded by {@link #MAX_EVENTS}: further ones are counted and discarded. Only the event loop
 * queues calls.
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

  /** The frame that the event loop is handling; null between frames. */
  private @Nullable Credit frame;

  /** Creates a queue that runs its calls on an executor. */
  public EventQueue(Executor executor) {
    this.executor = executor;
  }

  /** Begins or ends the handling of a frame, which all calls in between hold. */
  public void setFrame(@Nullable Credit newFrame) {
    frame = newFrame;
  }

  /** Queues a call; discards it if it belongs to no frame, and too many are waiting. */
  public void post(Runnable call) {
    Credit held = frame;
    if (held != null) {
      held.retain();
      add(() -> callAndRelease(call, held));
    } else if (events.incrementAndGet() > MAX_EVENTS) {
      events.decrementAndGet();
      discarded.incrementAndGet();
    } else {
      add(
          () -> {
            events.decrementAndGet();
            call.run();
          });
    }
  }

  private static void callAndRelease(Runnable call, Credit held) {
    try {
      call.run();
    } finally {
      held.release();
    }
  }

  private void add(Runnable call) {
    calls.add(call);
    if (pending.getAndIncrement() == 0) {
      schedule();
    }
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
