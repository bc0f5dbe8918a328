package io.greenlang.metrics.jfr;

import io.greenlang.metrics.internal.util.ThrottledLog;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordingStream;
import org.slf4j.LoggerFactory;

/**
 * A running recording of the JVM, whose events arrive on a thread of the JVM. It belongs to the
 * time between two idle periods of the source. Its memory is that of the JVM's recorder.
 */
final class EventRecording implements AutoCloseable {

  private static final ThrottledLog log =
      new ThrottledLog(LoggerFactory.getLogger(EventRecording.class));

  /** Without a flush for so long, the JVM no longer records; it flushes once per second. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final RecordingStream stream = new RecordingStream();
  private final List<EventLimit> limits;
  private volatile boolean ended;
  private volatile long lastFlushNanos = System.nanoTime();

  private EventRecording(JvmEvents events) {
    limits =
        events.types().stream()
            .map(type -> new EventLimit(type, stream, events.maxEventsPerSecond()))
            .toList();
  }

  /**
   * Starts a recording. When this method returns, the JVM records.
   *
   * @throws IllegalStateException if the JVM refuses to record
   */
  static EventRecording start(JvmEvents events) {
    EventRecording recording = new EventRecording(events);
    try {
      recording.begin(events);
      return recording;
    } catch (RuntimeException | Error e) {
      recording.close();
      throw e;
    }
  }

  private void begin(JvmEvents events) {
    for (EventLimit limit : limits) {
      limit.register();
    }
    stream.onError(error -> log.error("Failed to process an event of the JVM", error));
    stream.onFlush(this::onFlush);
    stream.onClose(() -> ended = true);
    events.recordingStarts();
    stream.startAsync();
  }

  private void onFlush() {
    lastFlushNanos = System.nanoTime();
    limits.forEach(EventLimit::onFlush);
  }

  /**
   * Returns whether the recording ended, for instance because an operator stopped it. Not every JDK
   * closes the stream then.
   */
  boolean hasEnded() {
    return ended || System.nanoTime() - lastFlushNanos > SILENCE_NANOS;
  }

  @Override
  public void close() {
    ended = true;
    stream.close();
  }
}
