package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.Options;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * Validated options of a recorder.
 *
 * @param window the length of the window over which rates and rankings are computed
 * @param maxNames the limit of distinct combinations of name and tags
 * @param tags the tags of every metric
 * @param clock the clock for durations and the window
 */
public record RecorderOptions(Duration window, int maxNames, Tags tags, MetricsClock clock) {

  /** The length of the sliding window. */
  public static final Option<Duration> WINDOW =
      Options.duration("window", ChronoUnit.SECONDS, 60, 1, 3600).builderOnly();

  /** The limit of distinct combinations of name and tags. */
  public static final Option<Integer> MAX_NAMES =
      Options.integer("maxNames", 256, 1, 10_000).builderOnly();

  private static final int MAX_TAGS = 4;

  /**
   * Validates the options.
   *
   * @throws IllegalArgumentException if one of them is out of range
   */
  public RecorderOptions {
    MAX_NAMES.checked(maxNames);
    WINDOW.checked(window);
    if (tags.size() > MAX_TAGS) {
      throw new IllegalArgumentException(
          "the recorder has " + tags.size() + " tags; at most " + MAX_TAGS + " are allowed");
    }
  }
}
