package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * Settings of a recorder. Not safe for use by several threads.
 *
 * @param <R> the recorder: {@link WorkflowRecorder} or {@link AgentRecorder}
 */
public final class RecorderBuilder<R> {

  private static final int MAX_TAGS = 4;

  /** What was set, checked. */
  record Settings(Duration window, int maxNames, Tags tags, MetricsClock clock) {
    Settings {
      if (maxNames < 1 || maxNames > 10_000) {
        throw new IllegalArgumentException(
            "the limit of names is " + maxNames + "; it must lie between 1 and 10000");
      }
      if (window.compareTo(Duration.ofSeconds(1)) < 0
          || window.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException(
            "the window is " + window + "; it must lie between 1 second and 1 hour");
      }
      if (tags.size() > MAX_TAGS) {
        throw new IllegalArgumentException(
            "the recorder has " + tags.size() + " tags of its own; at most " + MAX_TAGS);
      }
    }
  }

  private final Function<Settings, R> factory;
  private Duration window = Duration.ofMinutes(1);
  private int maxNames = 256;
  private Tags tags = Tags.empty();
  private MetricsClock clock = MetricsClock.system();

  RecorderBuilder(Function<Settings, R> factory) {
    this.factory = factory;
  }

  /** Over how long rates and times are taken: 1 second to 1 hour; 1 minute when not set. */
  public RecorderBuilder<R> window(Duration window) {
    this.window = Objects.requireNonNull(window, "window");
    return this;
  }

  /**
   * How many names, each with its tags, are told apart: 1 to 10,000; 256 when not set. What comes
   * under further ones counts as {@code other}.
   */
  public RecorderBuilder<R> maxNames(int names) {
    this.maxNames = names;
    return this;
  }

  /** Tags of everything that it yields, such as {@code app=billing}; at most {@value #MAX_TAGS}. */
  public RecorderBuilder<R> tags(Tags tags) {
    this.tags = Objects.requireNonNull(tags, "tags");
    return this;
  }

  /** The time to go by; the machine's when not set. */
  public RecorderBuilder<R> clock(MetricsClock clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
    return this;
  }

  /**
   * The recorder.
   *
   * @throws IllegalArgumentException if the window, the limit or the number of tags is out of range
   */
  public R build() {
    return factory.apply(new Settings(window, maxNames, tags, clock));
  }
}
