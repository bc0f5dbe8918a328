package io.greenlang.metrics.collect;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be read: an operating system, a connection pool, a queue. The collector calls
 * it on its schedule; a host adds its own in a few lines:
 *
 * <pre>{@code
 * MetricSource pool = MetricSource.named("pool", () ->
 *     List.of(Metric.gauge("pool.metrics", "connections.active", pool.active(), Tags.empty())));
 * }</pre>
 */
public interface MetricSource {

  /** A short name for logs and statistics, such as {@code system}. */
  String name();

  /**
   * Reads now. Called by one thread at a time, never by one that serves clients; it may block for
   * as long as reading takes.
   *
   * @return the readings, possibly none; those of one channel become one publication
   * @throws Exception if it cannot be read this time; it is counted, logged at most once a minute,
   *     and tried again at the next tick
   */
  Collection<Metric> collect() throws Exception;

  /** How often it wants to be read, 100 ms to 1 day; null for as often as others. Asked once. */
  default @Nullable Duration interval() {
    return null;
  }

  /**
   * The one channel that it reads for, if reading costs so much that it should not be read while
   * nobody watches that channel; null if it is always read. Asked once.
   */
  default @Nullable Channel idlesWithout() {
    return null;
  }

  /** Reads, or fails. */
  @FunctionalInterface
  interface Reading {
    /** See {@link MetricSource#collect}. */
    Collection<Metric> collect() throws Exception;
  }

  /** A source from a name and a function. */
  static MetricSource named(String name, Reading reading) {
    return new MetricSource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Collection<Metric> collect() throws Exception {
        return reading.collect();
      }
    };
  }
}
