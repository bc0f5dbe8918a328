package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.Distribution;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sums of distributions that may be absent. */
final class Durations {

  private Durations() {}

  /** Returns the distribution of all observations of both; null if there are none. */
  static @Nullable Distribution merge(@Nullable Distribution one, @Nullable Distribution other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return merge(List.of(one, other));
  }

  /** Returns the distribution of all observations; null if there are none. */
  static @Nullable Distribution merge(Stream<@Nullable Distribution> distributions) {
    return merge(distributions.filter(Objects::nonNull).toList());
  }

  /** Returns the distribution of all observations; null if there are none. */
  static @Nullable Distribution merge(Collection<Distribution> distributions) {
    Distribution.Builder sum = Distribution.builder();
    distributions.forEach(sum::add);
    return sum.isEmpty() ? null : sum.build();
  }
}
