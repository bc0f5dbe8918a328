package io.greenlang.metrics;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source of metrics: an operating system, a connection pool, a queue. The collector calls it on
 * its schedule. An application adds its own source in a few lines:
 *
 * <pre>{@code
 * MetricSource source =
 *     MetricSource.of("pool", () -> List.of(
 *         Metric.gauge("pool.metrics", "connections.active", pool.active(), Tags.empty())));
 * MetricCollector.builder(hub).source(source, Duration.ofSeconds(10)).build().start();
 * }</pre>
 */
public interface MetricSource {

  /** Returns a short name for logs and statistics, such as {@code system}. */
  String name();

  /**
   * Collects samples now. One thread at a time calls this method, and it is never a thread that
   * serves clients. The method may block for as long as the collection takes.
   *
   * @return the samples, possibly none; those of one channel become one publication
   * @throws Exception if this collection fails; the collector counts the failure, logs it at most
   *     once per minute, and tries again at the next tick
   */
  Collection<Metric> collect() throws Exception;

  /**
   * Returns the interval between collections, 100 ms to 1 day; null for the collector's default.
   * The collector calls this method once.
   */
  default @Nullable Duration interval() {
    return null;
  }

  /**
   * Returns the channel whose subscribers this source depends on; null if the source always runs.
   * The collector skips a source that names a channel while no client watches that channel. Use
   * this for expensive sources that publish on one channel only. The collector calls this method
   * once.
   */
  default @Nullable Channel demandChannel() {
    return null;
  }

  /**
   * Returns the units and descriptions of the metrics that this source collects. The collector
   * calls this method after each {@link #collect}, on the same thread, and passes the descriptions
   * on before the samples. A source whose metrics do not change returns the same collection each
   * time, which costs nothing. The default is none.
   */
  default Collection<MetricDescription> descriptions() {
    return List.of();
  }

  /** A collection function, which may fail. */
  @FunctionalInterface
  interface Collect {
    /** Collects samples; see {@link MetricSource#collect}. */
    Collection<Metric> collect() throws Exception;
  }

  /**
   * Returns a source with a name and a collection function. It runs at the collector's default
   * interval, and always.
   */
  static MetricSource of(String name, Collect collection) {
    return new MetricSource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Collection<Metric> collect() throws Exception {
        return collection.collect();
      }
    };
  }
}
