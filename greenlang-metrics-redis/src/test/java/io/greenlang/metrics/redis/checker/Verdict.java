package io.greenlang.metrics.redis.checker;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Holds what one client was sent on a channel against what was published there. Each series counts
 * up by one, so within a stretch without a break each value must be the last one plus one; a break
 * must have been announced, by {@code lagged} or by {@code recovered: false}. One thread.
 */
final class Verdict {

  private static final int REMEMBERED = 40;

  private final String client;
  private final ToLongFunction<String> published;
  private final List<String> violations;
  private final Map<String, Long> last = new HashMap<>();
  private final Map<String, Boolean> broken = new HashMap<>();
  private final ArrayDeque<String> recent = new ArrayDeque<>();
  private @Nullable String epoch;
  private long offset;
  private long values;
  private long replayed;
  private long breaks;
  private long resumed;
  private long again;

  /**
   * One for a client.
   *
   * @param published the last count of a series that was published, or is about to be
   * @param violations where to tell what is wrong; any thread
   */
  Verdict(String client, ToLongFunction<String> published, List<String> violations) {
    this.client = client;
    this.published = published;
    this.violations = violations;
  }

  /** The client subscribed, perhaps again. */
  void subscribed(String toEpoch, long toOffset, boolean recovered) {
    remember("subscribed " + toEpoch + " " + toOffset + (recovered ? " recovered" : ""));
    if (recovered) {
      resumed++;
    } else {
      breakAll();
    }
    epoch = toEpoch;
    offset = toOffset;
  }

  /** The client was told that something is missing. */
  void lagged(@Nullable String newEpoch, long newOffset) {
    remember("lagged " + newEpoch + " " + newOffset);
    breakAll();
    if (newEpoch != null) {
      epoch = newEpoch;
      offset = newOffset;
    }
  }

  private void breakAll() {
    breaks++;
    broken.replaceAll((series, was) -> true);
  }

  /** A value came. */
  void value(String series, long value, long atOffset, boolean isReplayed) {
    remember(series + "=" + value + " at " + atOffset + (isReplayed ? " replayed" : ""));
    values++;
    replayed += isReplayed ? 1 : 0;
    if (value < 1 || value > published.applyAsLong(series)) {
      violation("invented: " + series + " " + value);
    }
    Long before = last.get(series);
    if (isReplayed && before != null && value <= before) {
      return; // what comes twice is marked
    }
    boolean afterBreak = broken.getOrDefault(series, true);
    if (atOffset < offset) {
      violation("out of order: offset " + atOffset + " after " + offset);
    }
    offset = atOffset;
    if (before != null && !afterBreak && value != before + 1) {
      violation(
          (value <= before ? "again, and not marked: " : "a hole that nobody announced: ")
              + series
              + " "
              + value
              + " after "
              + before);
    }
    if (before != null && afterBreak && value <= before) {
      again++; // beyond an announced break: counted, and shown
    }
    last.put(series, value);
    broken.put(series, false);
  }

  private void remember(String event) {
    recent.add(event);
    if (recent.size() > REMEMBERED) {
      recent.remove();
    }
  }

  private void violation(String what) {
    violations.add(client + ": " + what + "; before it: " + recent);
  }

  /** The last value of a series that came; 0 if none did. */
  long last(String series) {
    return last.getOrDefault(series, 0L);
  }

  /** From where the client wants to go on; null if it knows nothing. */
  @Nullable String place() {
    return epoch == null ? null : "{\"epoch\":\"" + epoch + "\",\"offset\":" + offset + "}";
  }

  @Override
  public String toString() {
    return "%s: %d values, %d replayed, %d resumed, %d breaks announced, %d again beyond a break"
        .formatted(client, values, replayed, resumed, breaks, again);
  }
}
