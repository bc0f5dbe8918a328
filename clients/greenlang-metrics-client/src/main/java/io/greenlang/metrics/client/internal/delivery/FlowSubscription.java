package io.greenlang.metrics.client.internal.delivery;

import io.greenlang.metrics.client.internal.connection.ReadWindow.Credit;
import io.greenlang.metrics.client.model.Metric;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The subscription of one {@code Flow.Subscriber}. It calls the subscriber on the executor, one
 * call after another.
 *
 * <p>Its queue is bounded by the read window: each frame in it holds a credit until the subscriber
 * has processed its last metric, and without credits the client does not read. Thread-safe.
 */
final class FlowSubscription implements Flow.Subscription {

  /** A metric, with the credit of its frame if it is the last one of it. */
  private record Item(Metric metric, @Nullable Credit credit) {}

  private final String pattern;
  private final Flow.Subscriber<? super Metric> subscriber;
  private final Executor executor;
  private final Consumer<FlowSubscription> onEnd;
  private final Queue<Item> items = new ConcurrentLinkedQueue<>();
  private final AtomicLong demand = new AtomicLong();
  private final AtomicInteger pending = new AtomicInteger();
  private final ClientLog failures = new ClientLog();

  /** Whether the subscriber knows this subscription; only the draining thread uses it. */
  private boolean started;

  private volatile boolean cancelled;

  /** Whether the subscriber violated the contract, so that it receives no further metric. */
  private volatile boolean misused;

  private volatile boolean ended;

  /** The reason of {@code onError}; null for {@code onComplete}. */
  private volatile @Nullable Throwable endCause;

  FlowSubscription(
      String pattern,
      Flow.Subscriber<? super Metric> subscriber,
      Executor executor,
      Consumer<FlowSubscription> onEnd) {
    this.pattern = pattern;
    this.subscriber = subscriber;
    this.executor = executor;
    this.onEnd = onEnd;
  }

  String pattern() {
    return pattern;
  }

  /** Calls {@code onSubscribe}. */
  void start() {
    schedule();
  }

  /** Queues the metrics of a frame. Only the event loop calls it. */
  void offer(List<Metric> metrics, Credit credit) {
    if (cancelled || ended) {
      return;
    }
    credit.retain();
    int last = metrics.size() - 1;
    for (int i = 0; i <= last; i++) {
      items.add(new Item(metrics.get(i), i == last ? credit : null));
    }
    schedule();
  }

  /** Ends the subscription after the queued metrics. The first end counts. */
  void end(@Nullable Throwable cause) {
    if (!ended) {
      endCause = cause;
      ended = true;
      onEnd.accept(this);
      schedule();
    }
  }

  @Override
  public void request(long count) {
    if (count <= 0) {
      misused = true;
      end(new IllegalArgumentException("the demand is " + count + "; it must be positive"));
      return;
    }
    demand.accumulateAndGet(
        count, (present, added) -> present + added < 0 ? Long.MAX_VALUE : present + added);
    schedule();
  }

  @Override
  public void cancel() {
    cancelled = true;
    onEnd.accept(this);
    schedule(); // releases the credits of the queued metrics
  }

  private void schedule() {
    if (pending.getAndIncrement() == 0) {
      try {
        executor.execute(this::drain);
      } catch (RejectedExecutionException e) {
        pending.set(0);
        failures.warn("Failed to call a subscriber: the executor rejects tasks", e);
      }
    }
  }

  private void drain() {
    int seen = pending.get();
    while (seen > 0) {
      try {
        deliver();
      } catch (RuntimeException | Error e) {
        failures.warn("A subscriber of the metrics client failed; its subscription ends", e);
        cancel();
      }
      if (cancelled) {
        discard();
      }
      seen = pending.addAndGet(-seen);
    }
  }

  private void deliver() {
    if (!started) {
      started = true;
      subscriber.onSubscribe(this);
    }
    while (!cancelled && !misused && !items.isEmpty() && demand.get() > 0) {
      Item item = items.poll();
      if (item != null) {
        demand.updateAndGet(left -> left == Long.MAX_VALUE ? left : left - 1);
        deliver(item);
      }
    }
    if (misused) {
      discard();
    }
    if (ended && !cancelled && items.isEmpty()) {
      complete();
    }
  }

  private void deliver(Item item) {
    try {
      subscriber.onNext(item.metric());
    } finally {
      release(item);
    }
  }

  private void complete() {
    cancelled = true;
    Throwable cause = endCause;
    if (cause == null) {
      subscriber.onComplete();
    } else {
      subscriber.onError(cause);
    }
  }

  private void discard() {
    for (Item item = items.poll(); item != null; item = items.poll()) {
      release(item);
    }
  }

  private static void release(Item item) {
    Credit credit = item.credit();
    if (credit != null) {
      credit.release();
    }
  }
}
