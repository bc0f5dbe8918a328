package io.greenlang.metrics.jfr;

import io.greenlang.metrics.DistributionRecorder;
import java.util.List;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The waits of threads: for monitors, for locks and conditions of {@code java.util.concurrent}, and
 * of virtual threads that keep their carrier.
 */
final class ThreadWaits implements EventGroup {

  private static final String UNKNOWN = "unknown";

  private final JfrSourceBuilder options;
  private final TaggedSeries<DistributionRecorder> blocked =
      new TaggedSeries<>(DistributionRecorder::new, "monitor");
  private final TaggedSeries<DistributionRecorder> parked =
      new TaggedSeries<>(DistributionRecorder::new, "blocker");
  private final TaggedSeries<DistributionRecorder> pinned =
      new TaggedSeries<>(DistributionRecorder::new, "reason");

  ThreadWaits(JfrSourceBuilder options) {
    this.options = options;
  }

  @Override
  public List<EventType> types() {
    return List.of(
        EventType.withThreshold(
            "jdk.JavaMonitorEnter",
            options.lockThreshold,
            event -> record(blocked, className("monitorClass", event), event)),
        EventType.withThreshold(
            "jdk.ThreadPark",
            options.parkThreshold,
            event -> record(parked, className("parkedClass", event), event)),
        EventType.withThreshold(
                "jdk.VirtualThreadPinned",
                options.pinnedThreshold,
                event -> record(pinned, reason(event), event))
            .since(21));
  }

  private static void record(
      TaggedSeries<DistributionRecorder> series, String tag, RecordedEvent event) {
    series.get(tag).record(EventGroup.millis(event));
  }

  /** Returns the name of a class without the address of a hidden class, which never recurs. */
  private static String className(String field, RecordedEvent event) {
    @Nullable RecordedClass type = event.getClass(field);
    String name = type == null ? UNKNOWN : type.getName();
    int address = name.indexOf("/0x");
    return address < 0 ? name : name.substring(0, address);
  }

  /** Returns the reason that JDK 24 and newer state. */
  private static String reason(RecordedEvent event) {
    String field = "pinnedReason";
    @Nullable String reason = event.hasField(field) ? event.getString(field) : null;
    return reason == null ? UNKNOWN : reason;
  }

  @Override
  public void addTo(MetricList metrics) {
    blocked.forEach((tags, recorder) -> metrics.distribution("jfr.locks.blocked", recorder, tags));
    parked.forEach((tags, recorder) -> metrics.distribution("jfr.locks.parked", recorder, tags));
    pinned.forEach((tags, recorder) -> metrics.distribution("jfr.threads.pinned", recorder, tags));
  }
}
