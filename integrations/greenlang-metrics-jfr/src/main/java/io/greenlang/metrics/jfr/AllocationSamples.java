package io.greenlang.metrics.jfr;

import io.greenlang.metrics.Tags;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import org.jspecify.annotations.Nullable;

/**
 * The estimated number of allocated bytes, for JVMs without an {@link AllocationTotal}. A sampled
 * allocation carries the bytes that its thread has allocated since its previous sample, so that the
 * samples add up to the allocation.
 *
 * <p>The first sample of a thread carries everything since the thread started, which may be days
 * and terabytes. The first sample of each thread that is older than the recording is therefore not
 * counted. Memory: the ids of at most {@value #MAX_THREADS} such threads.
 */
final class AllocationSamples implements EventGroup {

  private static final int MAX_THREADS = 10_000;

  private final int samplesPerSecond;
  private final LongAdder bytes = new LongAdder();
  private final Instant start = Instant.now();
  private volatile OldThreads oldThreads = new OldThreads(0);

  AllocationSamples(int samplesPerSecond) {
    this.samplesPerSecond = samplesPerSecond;
  }

  /**
   * The threads that are older than a recording.
   *
   * @param lastId the greatest id of those threads; the JVM assigns ids in ascending order
   */
  private record OldThreads(long lastId, Set<Long> sampled) {

    OldThreads(long lastId) {
      this(lastId, ConcurrentHashMap.newKeySet());
    }

    /** Returns whether the bytes of a sample were allocated during the recording. */
    boolean isBytesOfRecording(long threadId) {
      return threadId > lastId
          || sampled.contains(threadId)
          || (sampled.size() < MAX_THREADS && !sampled.add(threadId));
    }
  }

  @Override
  public List<EventType> types() {
    return List.of(
        EventType.sampled("jdk.ObjectAllocationSample", samplesPerSecond, this::onSample));
  }

  @Override
  public void recordingStarts() {
    oldThreads = new OldThreads(new Thread(() -> {}, "jfr-source-marker").getId());
  }

  private void onSample(RecordedEvent event) {
    @Nullable RecordedThread thread = event.getThread();
    if (thread != null && oldThreads.isBytesOfRecording(thread.getJavaThreadId())) {
      bytes.add(event.getLong("weight"));
    }
  }

  @Override
  public void addTo(MetricList metrics) {
    metrics.counter("jfr.memory.allocated", bytes.sum(), Tags.empty(), start);
  }
}
