package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import java.time.Duration;

/**
 * Validated options of a recorder.
 *
 * @param window the length of the window over which rates and rankings are computed
 * @param maxNames the limit of distinct combinations of name and tags
 * @param tags the tags of every metric
 * @param clock the clock for durations and the window
 */
public record RecorderOptions(Duration window, int maxNames, Tags tags, MetricsClock clock) {

  private static final Duration MIN_WINDOW = Duration.ofSeconds(1);
  private static final Duration MAX_WINDOW = Duration.ofHours(1);
  private static final int MAX_NAMES = 10_000;
  private static final int MAX_TAGS = 4;

  /**
   * Validates the options.
   *
   * @throws IllegalArgumentException if one of them is out of range
   */
  public RecorderOptions {
    if (maxNames < 1 || maxNames > MAX_NAMES) {
      throw new IllegalArgumentException(
          "maxNames is " + maxNames + "; it must be between 1 and " + MAX_NAMES);
    }
    if (window.compareTo(MIN_WINDOW) < 0 || window.compareTo(MAX_WINDOW) > 0) {
      throw new IllegalArgumentException(
          "window is " + window + "; it must be between 1 second and 1 hour");
    }
    if (tags.size() > MAX_TAGS) {
      throw new IllegalArgumentException(
          "the recorder has " + tags.size() + " tags; at most " + MAX_TAGS + " are allowed");
    }
  }
}
