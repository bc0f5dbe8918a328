package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.recorder.RecorderOptions;
import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.OptionValues;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * Builder of a recorder. Not thread-safe.
 *
 * @param <R> the recorder: {@link WorkflowRecorder} or {@link AgentRecorder}
 */
public final class RecorderBuilder<R> {

  private final Function<RecorderOptions, R> factory;
  private final OptionValues values = new OptionValues();
  private Tags tags = Tags.empty();
  private MetricsClock clock = MetricsClock.system();

  RecorderBuilder(Function<RecorderOptions, R> factory) {
    this.factory = factory;
  }

  /**
   * Sets the length of the sliding window over which rates and rankings are computed. If not set,
   * it is 1 minute.
   *
   * @param window 1 second to 1 hour; {@link #build} rejects other values
   */
  public RecorderBuilder<R> window(Duration window) {
    values.set(RecorderOptions.WINDOW, window);
    return this;
  }

  /**
   * Limits the number of distinct combinations of name and tags. Operations under further names are
   * counted as {@code other}. If not set, the limit is 256.
   *
   * @param maxNames 1 to 10,000; {@link #build} rejects other values
   */
  public RecorderBuilder<R> maxNames(int maxNames) {
    values.set(RecorderOptions.MAX_NAMES, maxNames);
    return this;
  }

  /**
   * Sets tags for every metric of the recorder, such as {@code app=billing}.
   *
   * @param tags at most 4; {@link #build} rejects more
   */
  public RecorderBuilder<R> tags(Tags tags) {
    this.tags = Objects.requireNonNull(tags, "tags");
    return this;
  }

  /** Sets the clock for durations and the window. If not set, the system clock is used. */
  public RecorderBuilder<R> clock(MetricsClock clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
    return this;
  }

  /**
   * Returns a new recorder.
   *
   * @throws IllegalArgumentException if the window, the limit or the number of tags is out of range
   */
  public R build() {
    Environment environment = Environment.process();
    return factory.apply(
        new RecorderOptions(
            values.resolve(RecorderOptions.WINDOW, environment),
            values.resolve(RecorderOptions.MAX_NAMES, environment),
            tags,
            clock));
  }
}
