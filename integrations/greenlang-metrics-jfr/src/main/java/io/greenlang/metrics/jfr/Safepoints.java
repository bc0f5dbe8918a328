package io.greenlang.metrics.jfr;

import io.greenlang.metrics.DistributionRecorder;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The safepoints: how long all threads were stopped, and how long it took to stop them. A safepoint
 * is two events with a common id. Memory: the begin of the last {@value #MAX_PENDING} safepoints
 * whose end has not arrived.
 */
final class Safepoints implements EventGroup {

  private static final int MAX_PENDING = 64;
  private static final String ID = "safepointId";

  private final DistributionRecorder pauses = new DistributionRecorder();
  private final DistributionRecorder synchronizations = new DistributionRecorder();

  /** The times at which safepoints began, by their ids; guarded by this. */
  private final Map<Long, Instant> begun =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Instant> eldest) {
          return size() > MAX_PENDING;
        }
      };

  @Override
  public List<EventType> types() {
    return List.of(
        EventType.withThreshold("jdk.SafepointBegin", Duration.ZERO, this::onBegin),
        EventType.withThreshold("jdk.SafepointEnd", Duration.ZERO, this::onEnd),
        EventType.withThreshold(
            "jdk.SafepointStateSynchronization",
            Duration.ZERO,
            event -> synchronizations.record(EventGroup.millis(event))));
  }

  private synchronized void onBegin(RecordedEvent event) {
    begun.put(event.getLong(ID), event.getStartTime());
  }

  private synchronized void onEnd(RecordedEvent event) {
    @Nullable Instant start = begun.remove(event.getLong(ID));
    if (start != null) {
      pauses.record(EventGroup.millis(Duration.between(start, event.getEndTime())));
    }
  }

  @Override
  public void addTo(MetricList metrics) {
    metrics.distribution("jfr.safepoints.pause", pauses, Tags.empty());
    metrics.distribution("jfr.safepoints.sync", synchronizations, Tags.empty());
  }
}
