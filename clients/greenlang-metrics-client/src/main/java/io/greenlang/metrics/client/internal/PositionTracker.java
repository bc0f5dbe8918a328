package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.internal.protocol.StreamPosition;
import io.greenlang.metrics.client.model.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tracker of the received part of one channel. It knows where to resume after a lost connection,
 * and filters out the duplicates of a replay.
 *
 * <p>A publication can span several frames, and a connection can break between them. All of them
 * but the last carry the offset of the previous publication. The resume position therefore names a
 * complete publication. The tracker remembers what it received after that. The server replays it,
 * and the tracker drops the metrics that it already knows.
 *
 * <p>Windows that close together form one group in the same way. Each frame carries the offset of
 * its own series, so the start of the window identifies the group.
 *
 * <p>Its memory is bounded by one publication, or by the windows of one instant. Only the event
 * loop uses it.
 */
final class PositionTracker {

  private final String epoch;

  /** The offset up to which every publication was received completely. */
  private long completeOffset;

  /**
   * The offset up to which every frame was received. At first, no frame with the offset of the
   * position was.
   */
  private long receivedOffset;

  private long latestOffset;

  /** The publication (its offset) or the windows (their start) that are currently arriving. */
  private @Nullable Object group;

  /** The metrics received after the received offset. */
  private List<Metric> partialGroup = new ArrayList<>();

  /** The metrics that a replay can repeat, with their number; null outside a replay. */
  private @Nullable Map<MetricKey, Integer> expectedDuplicates;

  private long replayFloor = StreamPosition.NONE;

  /** The identity of a metric within a group. */
  private record MetricKey(
      String name, Instant timestamp, @Nullable Duration interval, Map<String, String> tags) {
    static MetricKey of(Metric metric) {
      return new MetricKey(metric.name(), metric.timestamp(), metric.interval(), metric.tags());
    }
  }

  PositionTracker(StreamPosition position) {
    this.epoch = position.epoch();
    this.completeOffset = position.offset();
    this.receivedOffset = position.offset() - 1;
    this.latestOffset = position.offset();
  }

  /** Returns the position to resume from. The server replays everything after it. */
  StreamPosition resumePosition() {
    return new StreamPosition(epoch, completeOffset);
  }

  /** Prepares for a replay from the resume position. */
  void startReplay() {
    replayFloor = receivedOffset;
    Map<MetricKey, Integer> expected = new HashMap<>();
    partialGroup.forEach(metric -> expected.merge(MetricKey.of(metric), 1, Integer::sum));
    expectedDuplicates = expected;
  }

  /** Records a frame and returns those of its metrics that are not duplicates. */
  List<Metric> accept(ServerMessage.Metrics frame, long offset) {
    if (offset <= replayFloor) {
      return List.of();
    }
    if (!frame.replayed()) {
      expectedDuplicates = null;
    }
    Map<MetricKey, Integer> expected = expectedDuplicates;
    List<Metric> fresh =
        expected == null || expected.isEmpty()
            ? frame.metrics()
            : frame.metrics().stream().filter(metric -> !isDuplicate(expected, metric)).toList();
    advance(frame, fresh, offset);
    return fresh;
  }

  private static boolean isDuplicate(Map<MetricKey, Integer> expected, Metric metric) {
    MetricKey key = MetricKey.of(metric);
    Integer count = expected.get(key);
    if (count == null) {
      return false;
    }
    if (count == 1) {
      expected.remove(key);
    } else {
      expected.put(key, count - 1);
    }
    return true;
  }

  private void advance(ServerMessage.Metrics frame, List<Metric> fresh, long offset) {
    Metric first = frame.metrics().isEmpty() ? null : frame.metrics().get(0);
    boolean isWindow = first != null && first.isWindow();
    Object newGroup = first != null && isWindow ? first.timestamp() : Long.valueOf(offset);
    // Merged values of a lagging client carry the offsets of their own series, in no order.
    boolean isOutOfOrder = !isWindow && offset < latestOffset;
    if (!newGroup.equals(group) && offset > completeOffset && !isOutOfOrder) {
      complete();
      group = newGroup;
    }
    latestOffset = Math.max(latestOffset, offset);
    if (frame.complete() && !isWindow) {
      complete();
    } else if (offset > receivedOffset) {
      partialGroup.addAll(fresh);
    }
  }

  /** Records that everything up to the latest offset was received. */
  private void complete() {
    completeOffset = latestOffset;
    receivedOffset = latestOffset;
    partialGroup = new ArrayList<>();
  }
}
