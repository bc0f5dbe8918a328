package io.greenlang.metrics.jfr;

import io.greenlang.metrics.internal.util.ThrottledLog;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A recording of nothing, which runs while no client watches. The JVM's recorder before JDK 21
 * wakes up every 10 ms if no periodic event is enabled, even without a recording. This recording
 * enables one that occurs once per hour, so the recorder wakes up once per second.
 *
 * <p>The JVM retains up to 0.7 KB for each thread that ends during a recording in memory. A new
 * recording releases that. The memory is bounded by {@value #THREADS_PER_RECORDING} threads, and
 * those that end between two calls of {@link #renewIfWorn}.
 *
 * <p>Confined to one thread.
 */
final class QuietRecording implements AutoCloseable {

  /** Whether the recorder of this JVM needs such a recording. */
  static final boolean NEEDED = Runtime.version().feature() < 21;

  private static final ThrottledLog log =
      new ThrottledLog(LoggerFactory.getLogger(QuietRecording.class));

  private static final String NAME = "GreenLang Metrics, idle";
  private static final int THREADS_PER_RECORDING = 10_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private @Nullable Recording recording;
  private long threadsBefore;

  private QuietRecording() {}

  /**
   * Starts a recording. If the JVM refuses, the recorder keeps waking up, and a log line says so.
   */
  static QuietRecording start() {
    QuietRecording quiet = new QuietRecording();
    quiet.begin();
    return quiet;
  }

  private void begin() {
    threadsBefore = THREADS.getTotalStartedThreadCount();
    Recording started = new Recording();
    recording = started;
    try {
      started.setName(NAME);
      started.setToDisk(false);
      started.enable("jdk.JavaThreadStatistics").withPeriod(Duration.ofHours(1));
      started.start();
    } catch (RuntimeException e) {
      log.warn("The idle flight recorder costs about 0.5 % of a processor: it did not start", e);
      close();
    }
  }

  /** Replaces the recording if an operator stopped it, or if it retains memory of many threads. */
  void renewIfWorn() {
    Recording current = recording;
    if (current == null
        || current.getState() != RecordingState.RUNNING
        || THREADS.getTotalStartedThreadCount() - threadsBefore >= THREADS_PER_RECORDING) {
      close(); // the JVM releases its memory only while no recording runs
      begin();
    }
  }

  /** Returns whether a recording is one of this class. */
  static boolean isQuiet(Recording recording) {
    return NAME.equals(recording.getName());
  }

  @Override
  public void close() {
    Recording current = recording;
    recording = null;
    if (current != null) {
      current.close();
    }
  }
}
