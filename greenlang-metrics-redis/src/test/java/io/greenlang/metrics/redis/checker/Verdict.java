package io.greenlang.metrics.redis.checker;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A checker that compares the values one client received on a channel with those published. Each
 * series counts up by one, so between two gaps each value must be the previous one plus one. A gap
 * must have been reported, by {@code lagged} or by {@code recovered: false}. One thread.
 */
final class Verdict {

  private static final int REMEMBERED = 40;

  private final String client;
  private final ToLongFunction<String> published;
  private final List<String> violations;
  private final Map<String, Long> lastValue = new HashMap<>();
  private final Map<String, Boolean> interrupted = new HashMap<>();
  private final ArrayDeque<String> recent = new ArrayDeque<>();
  private @Nullable String epoch;
  private long offset;
  private long values;
  private long replayed;
  private long gaps;
  private long resumed;
  private long repeated;

  /**
   * Creates the checker of a client.
   *
   * @param published returns the last count of a series that was published, or is about to be
   * @param violations receives the violations; any thread
   */
  Verdict(String client, ToLongFunction<String> published, List<String> violations) {
    this.client = client;
    this.published = published;
    this.violations = violations;
  }

  /** Records that the client subscribed, perhaps again. */
  void subscribed(String newEpoch, long newOffset, boolean recovered) {
    remember("subscribed " + newEpoch + " " + newOffset + (recovered ? " recovered" : ""));
    if (recovered) {
      resumed++;
    } else {
      markGap();
    }
    epoch = newEpoch;
    offset = newOffset;
  }

  /** Records that the client was notified of a gap. */
  void lagged(@Nullable String newEpoch, long newOffset) {
    remember("lagged " + newEpoch + " " + newOffset);
    markGap();
    if (newEpoch != null) {
      epoch = newEpoch;
      offset = newOffset;
    }
  }

  private void markGap() {
    gaps++;
    interrupted.replaceAll((series, was) -> true);
  }

  /** Records and checks a value. */
  void value(String series, long value, long atOffset, boolean isReplayed) {
    remember(series + "=" + value + " at " + atOffset + (isReplayed ? " replayed" : ""));
    values++;
    replayed += isReplayed ? 1 : 0;
    if (value < 1 || value > published.applyAsLong(series)) {
      violation("invented: " + series + " " + value);
    }
    Long previous = lastValue.get(series);
    if (isReplayed && previous != null && value <= previous) {
      return; // a repeated value that is marked as replayed
    }
    boolean afterGap = interrupted.getOrDefault(series, true);
    if (atOffset < offset) {
      violation("out of order: offset " + atOffset + " after " + offset);
    }
    offset = atOffset;
    if (previous != null && !afterGap && value != previous + 1) {
      violation(
          (value <= previous ? "repeated, and not marked as replayed: " : "unreported gap: ")
              + series
              + " "
              + value
              + " after "
              + previous);
    }
    if (previous != null && afterGap && value <= previous) {
      repeated++; // after a reported gap: counted and shown
    }
    lastValue.put(series, value);
    interrupted.put(series, false);
  }

  private void remember(String event) {
    recent.add(event);
    if (recent.size() > REMEMBERED) {
      recent.remove();
    }
  }

  private void violation(String description) {
    violations.add(client + ": " + description + "; before it: " + recent);
  }

  /** Returns the last value received of a series; 0 if there is none. */
  long lastValue(String series) {
    return lastValue.getOrDefault(series, 0L);
  }

  /** Returns the position from which the client can resume; null if it has none. */
  @Nullable String position() {
    return epoch == null ? null : "{\"epoch\":\"" + epoch + "\",\"offset\":" + offset + "}";
  }

  @Override
  public String toString() {
    return "%s: %d values, %d replayed, %d resumed, %d gaps reported, %d repeated after a gap"
        .formatted(client, values, replayed, resumed, gaps, repeated);
  }
}
