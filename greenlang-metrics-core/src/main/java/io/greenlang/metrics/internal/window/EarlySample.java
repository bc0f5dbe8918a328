package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.aggregate.Aggregate;
import org.jspecify.annotations.Nullable;

/**
 * A sample of a window that is not open yet.
 *
 * @param value its value
 * @param timeMillis its time for the aggregate, in epoch milliseconds
 * @param foldMillis the time that determines its window, in epoch milliseconds
 * @param detail the data beside the value; null for nothing
 */
record EarlySample(double value, long timeMillis, long foldMillis, @Nullable SampleDetail detail) {

  /** Adds the sample to the aggregate of its window. */
  void addTo(Aggregate target) {
    fold(value, timeMillis, detail, target);
  }

  /** Adds a sample that need not wait to the aggregate of its window. */
  static void fold(double value, long timeMillis, @Nullable SampleDetail detail, Aggregate target) {
    if (detail == null) {
      target.add(value, timeMillis);
    } else {
      target.add(value, timeMillis, detail);
    }
  }
}
