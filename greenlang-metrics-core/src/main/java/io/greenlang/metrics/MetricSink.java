package io.greenlang.metrics;

import java.util.Collection;
import java.util.List;

/**
 * Where readings go: the hub, or a test's list. Sources, collectors and recorders know no more than
 * this of what is behind it.
 */
@FunctionalInterface
public interface MetricSink {

  /**
   * Publishes readings that belong together, such as one collection: those of the same channel
   * become one publication, in the order given. Any thread.
   *
   * @throws IllegalStateException if the sink is closed
   */
  void publish(Collection<Metric> metrics);

  /**
   * Whether what is published on {@code channel} is of use to anybody now. An expensive source may
   * idle while it is not. True where the sink cannot tell. Any thread.
   */
  default boolean isWatched(Channel channel) {
    return true;
  }

  /** Publishes one reading. Any thread. */
  default void publish(Metric metric) {
    publish(List.of(metric));
  }
}
