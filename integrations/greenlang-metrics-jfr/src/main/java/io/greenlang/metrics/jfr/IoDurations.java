package io.greenlang.metrics.jfr;

import io.greenlang.metrics.DistributionRecorder;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import jdk.jfr.consumer.RecordedEvent;

/**
 * The slow reads and writes of one kind, sockets or files: how long they took, and how many bytes
 * they moved. Reads and writes below the threshold are not events.
 */
final class IoDurations implements EventGroup {

  private final String prefix;
  private final String eventPrefix;
  private final Duration threshold;
  private final DistributionRecorder reads = new DistributionRecorder();
  private final DistributionRecorder writes = new DistributionRecorder();
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder bytesWritten = new LongAdder();
  private final Instant start = Instant.now();

  private IoDurations(String prefix, String eventPrefix, Duration threshold) {
    this.prefix = prefix;
    this.eventPrefix = eventPrefix;
    this.threshold = threshold;
  }

  static IoDurations ofSockets(Duration threshold) {
    return new IoDurations("jfr.socket.", "jdk.Socket", threshold);
  }

  static IoDurations ofFiles(Duration threshold) {
    return new IoDurations("jfr.file.", "jdk.File", threshold);
  }

  @Override
  public List<EventType> types() {
    return List.of(
        EventType.withThreshold(
            eventPrefix + "Read", threshold, event -> record(event, reads, "bytesRead", bytesRead)),
        EventType.withThreshold(
            eventPrefix + "Write",
            threshold,
            event -> record(event, writes, "bytesWritten", bytesWritten)));
  }

  private static void record(
      RecordedEvent event, DistributionRecorder durations, String field, LongAdder bytes) {
    durations.record(EventGroup.millis(event));
    bytes.add(Math.max(0, event.getLong(field))); // -1 at the end of a stream
  }

  @Override
  public void addTo(MetricList metrics) {
    metrics.distribution(prefix + "read", reads, Tags.empty());
    metrics.distribution(prefix + "write", writes, Tags.empty());
    metrics.counter(prefix + "bytes_read", bytesRead.sum(), Tags.empty(), start);
    metrics.counter(prefix + "bytes_written", bytesWritten.sum(), Tags.empty(), start);
  }
}
