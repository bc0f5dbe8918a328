package io.greenlang.metrics.jfr;

import io.greenlang.metrics.internal.util.ThrottledLog;
import java.time.Duration;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The limit of the events of one kind in one recording: the limit of the source, or twice the rate
 * at which the source has the JVM sample them. If too many arrive, it doubles their threshold; it
 * disables a kind without a threshold. It halves a raised threshold after a quiet minute. Used by
 * the thread of the stream.
 */
final class EventLimit {

  private static final ThrottledLog log =
      new ThrottledLog(LoggerFactory.getLogger(JfrSource.class));

  private static final Duration FIRST_THRESHOLD = Duration.ofMillis(1);
  private static final Duration LAST_THRESHOLD = Duration.ofHours(1);
  private static final int QUIET_FLUSHES = 60;

  /** The JVM samples at a rate over its own windows, so a second can have more events. */
  private static final int SAMPLING_MARGIN = 2;

  private final EventType type;
  private final RecordingStream stream;
  private final int maxEventsPerSecond;
  private int eventsSinceFlush;
  private int quietFlushes;
  private long lastFlushNanos = System.nanoTime();

  EventLimit(EventType type, RecordingStream stream, int maxEventsPerSecond) {
    this.type = type;
    this.stream = stream;
    this.maxEventsPerSecond =
        Math.max(maxEventsPerSecond, SAMPLING_MARGIN * type.expectedPerSecond());
  }

  /** Enables the events, before the stream starts. */
  void register() {
    type.enable(
        stream,
        event -> {
          eventsSinceFlush++;
          type.accept(event);
        });
  }

  /** Compares the events since the previous flush with the limit. The JVM flushes each second. */
  void onFlush() {
    long now = System.nanoTime();
    // flushes may follow one another closely, but a limit per second needs at least that time
    double seconds = Math.max(1, (now - lastFlushNanos) / 1e9);
    int events = eventsSinceFlush;
    lastFlushNanos = now;
    eventsSinceFlush = 0;
    Duration current = type.currentThreshold();
    if (events > maxEventsPerSecond * seconds) {
      quietFlushes = 0;
      onExcess(current, Math.round(events / seconds));
    } else if (current != null && isRaised(current)) {
      onNormal(current, events * 4 < maxEventsPerSecond * seconds);
    }
  }

  private void onExcess(@Nullable Duration current, long rate) {
    if (current == null) {
      type.disable(stream);
      log.warn(
          "{} events of type {} per second exceed the limit of {}; ignoring them until the"
              + " recording starts again",
          rate,
          type.shortName(),
          maxEventsPerSecond);
      return;
    }
    Duration doubled = limited(current.multipliedBy(2));
    type.setThreshold(stream, doubled);
    log.warn(
        "{} events of type {} per second exceed the limit of {}; recording only those of at least"
            + " {} ms",
        rate,
        type.shortName(),
        maxEventsPerSecond,
        doubled.toMillis());
  }

  private void onNormal(Duration current, boolean quiet) {
    quietFlushes = quiet ? quietFlushes + 1 : 0;
    if (quietFlushes == QUIET_FLUSHES) {
      quietFlushes = 0;
      Duration half = current.dividedBy(2);
      Duration original = type.threshold();
      type.setThreshold(stream, original == null || half.compareTo(original) > 0 ? half : original);
    }
  }

  private boolean isRaised(Duration current) {
    Duration original = type.threshold();
    return original != null && current.compareTo(original) > 0;
  }

  private static Duration limited(Duration threshold) {
    if (threshold.compareTo(FIRST_THRESHOLD) < 0) {
      return FIRST_THRESHOLD;
    }
    return threshold.compareTo(LAST_THRESHOLD) > 0 ? LAST_THRESHOLD : threshold;
  }
}
