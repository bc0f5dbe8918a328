package io.greenlang.metrics.jfr;

import io.greenlang.metrics.DistributionRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The pauses for garbage collection, by cause and collector. A pause and its collection are two
 * events with a common id, in any order: a concurrent collection ends after several pauses.
 *
 * <p>Memory: the last {@value #MAX_COLLECTIONS} collections. A pause whose collection has not
 * arrived by then has the cause {@code unknown}.
 */
final class GcPauses implements EventGroup {

  private static final int MAX_COLLECTIONS = 64;
  private static final int MAX_PAUSES = 64;
  private static final String UNKNOWN = "unknown";

  private final TaggedSeries<DistributionRecorder> pauses =
      new TaggedSeries<>(DistributionRecorder::new, "cause", "collector");

  /** The recent collections by id; guarded by this. */
  private final Map<Long, Cycle> collections =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Cycle> eldest) {
          boolean full = size() > MAX_COLLECTIONS;
          if (full) {
            eldest.getValue().end(UNKNOWN, UNKNOWN);
          }
          return full;
        }
      };

  /** A collection, of which either the pauses or the cause are known first. */
  private final class Cycle {

    private final List<Double> waiting = new ArrayList<>();
    private @Nullable DistributionRecorder recorder;

    void pause(double millis) {
      DistributionRecorder known = recorder;
      if (known != null) {
        known.record(millis);
      } else if (waiting.size() < MAX_PAUSES) {
        waiting.add(millis);
      }
    }

    void end(String cause, String collector) {
      if (recorder == null) {
        recorder = pauses.get(cause, collector);
        waiting.forEach(recorder::record);
        waiting.clear();
      }
    }
  }

  @Override
  public List<EventType> types() {
    return List.of(
        EventType.withThreshold("jdk.GCPhasePause", Duration.ZERO, this::onPause),
        EventType.withThreshold("jdk.GarbageCollection", Duration.ZERO, this::onCollection));
  }

  private synchronized void onPause(RecordedEvent event) {
    cycle(event).pause(EventGroup.millis(event));
  }

  private synchronized void onCollection(RecordedEvent event) {
    String cause = event.getString("cause");
    String collector = event.getString("name");
    cycle(event).end(cause == null ? UNKNOWN : cause, collector == null ? UNKNOWN : collector);
  }

  private Cycle cycle(RecordedEvent event) {
    return collections.computeIfAbsent(event.getLong("gcId"), id -> new Cycle());
  }

  @Override
  public void addTo(MetricList metrics) {
    pauses.forEach((tags, recorder) -> metrics.distribution("jfr.gc.pause", recorder, tags));
  }
}
