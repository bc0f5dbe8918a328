package io.greenlang.metrics;

import java.util.Collection;
import java.util.List;

/**
 * A destination for samples: the hub, or a list in a test. Sources, collectors and recorders depend
 * on this interface only. Implementations are safe for use by any thread.
 */
@FunctionalInterface
public interface MetricSink {

  /**
   * Publishes samples that belong together, such as those of one collection. The samples of one
   * channel become one publication, in the given order. Any thread.
   *
   * @throws IllegalStateException if the sink is closed
   */
  void publish(Collection<Metric> metrics);

  /**
   * Returns whether anything currently uses the publications of {@code channel}. An expensive
   * source may idle while this returns false. The default is true, for sinks that cannot determine
   * it. Any thread.
   */
  default boolean isWatched(Channel channel) {
    return true;
  }

  /**
   * Describes metrics: their units, and texts for people. Describe a metric before its first
   * publication. Descriptions that are known already have no effect, and the last one of a name
   * wins. A sink that has no use for them ignores them, which is the default. Any thread.
   *
   * @throws IllegalStateException if the sink is closed
   */
  default void describe(Collection<MetricDescription> descriptions) {}

  /**
   * Publishes one sample. Any thread.
   *
   * @throws IllegalStateException if the sink is closed
   */
  default void publish(Metric metric) {
    publish(List.of(metric));
  }
}
