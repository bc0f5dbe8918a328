package io.greenlang.metrics.client.internal.delivery;

import io.greenlang.metrics.client.internal.connection.ReadWindow.Credit;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The metric listeners and subscribers by channel: an exact name, a prefix such as {@code
 * system.*}, or {@code *}. The event loop dispatches; any thread adds and removes.
 *
 * <p>Each listener and subscriber holds the frame until it has processed its metrics.
 */
public final class MetricDispatcher {

  private final EventQueue queue;
  private final Executor executor;
  private final List<MetricListener> listeners = new CopyOnWriteArrayList<>();
  private final List<FlowSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private volatile boolean ended;
  private volatile @Nullable Throwable endCause;

  /** A listener of the channels that a pattern matches. */
  private static final class MetricListener {
    final String pattern;
    final Consumer<? super Metric> consumer;
    volatile boolean removed;

    MetricListener(String pattern, Consumer<? super Metric> consumer) {
      this.pattern = pattern;
      this.consumer = consumer;
    }

    void accept(Metric metric) {
      if (!removed) {
        consumer.accept(metric);
      }
    }
  }

  /** Creates a dispatcher without listeners. */
  public MetricDispatcher(EventQueue queue, Executor executor) {
    this.queue = queue;
    this.executor = executor;
  }

  /** Adds a listener of the channels that a pattern matches. */
  public Registration addListener(String pattern, Consumer<? super Metric> consumer) {
    MetricListener listener = new MetricListener(pattern, consumer);
    listeners.add(listener);
    return () -> {
      listener.removed = true;
      listeners.remove(listener);
    };
  }

  /** Adds a subscriber to the channels that a pattern matches. */
  public void subscribe(String pattern, Flow.Subscriber<? super Metric> subscriber) {
    FlowSubscription subscription =
        new FlowSubscription(pattern, subscriber, executor, subscriptions::remove);
    subscriptions.add(subscription);
    subscription.start();
    if (ended) {
      subscription.end(endCause);
    }
  }

  /** Passes the metrics of the queue's frame to everyone who receives its channel. */
  public void dispatch(String channel, List<Metric> metrics, Credit credit) {
    if (metrics.isEmpty()) {
      return;
    }
    for (FlowSubscription each : subscriptions) {
      if (matches(each.pattern(), channel)) {
        each.offer(metrics, credit);
      }
    }
    for (MetricListener each : listeners) {
      if (matches(each.pattern, channel)) {
        queue.post(() -> deliver(each, metrics));
      }
    }
  }

  private void deliver(MetricListener listener, List<Metric> metrics) {
    for (Metric metric : metrics) {
      queue.run(() -> listener.accept(metric));
    }
  }

  /** Tests whether a name, which may be a prefix such as {@code system.*}, matches a channel. */
  public static boolean matches(String pattern, String channel) {
    return pattern.equals(channel)
        || (pattern.endsWith("*")
            && channel.startsWith(pattern.substring(0, pattern.length() - 1)));
  }

  /** Lets subscribers subscribe again after the client failed. */
  public void restart() {
    ended = false;
  }

  /**
   * Ends all subscribers after the metrics that they have not processed yet.
   *
   * @param cause the failure; null if the application closed the client
   */
  public void end(@Nullable Throwable cause) {
    endCause = cause;
    ended = true;
    subscriptions.forEach(each -> each.end(cause));
  }
}
