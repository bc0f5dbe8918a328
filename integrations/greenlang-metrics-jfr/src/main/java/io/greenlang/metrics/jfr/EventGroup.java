package io.greenlang.metrics.jfr;

import java.time.Duration;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;

/**
 * Kinds of events that become metrics together. The events arrive on the thread of a stream; the
 * thread of the collector reads the metrics. For a moment after a restart, two streams may deliver.
 */
interface EventGroup {

  /** Returns the kinds of events. Called once. */
  List<EventType> types();

  /** Called before the first event of a recording. */
  default void recordingStarts() {}

  /** Adds the metrics of the events so far. One thread at a time. */
  void addTo(MetricList metrics);

  /** Returns the duration of an event in milliseconds. */
  static double millis(RecordedEvent event) {
    return millis(event.getDuration());
  }

  /** Returns a duration in milliseconds. */
  static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
