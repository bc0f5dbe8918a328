package io.greenlang.metrics.jfr;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.internal.util.NamedThreads;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A source of the events of this JVM's flight recorder (JFR): pauses for garbage collection and
 * safepoints, allocation, contended locks, exceptions, class loading, slow I/O, thread starts and
 * pinned virtual threads. {@code docs/reference/metrics.md} lists every metric.
 *
 * <p>The source records only while a client watches. The collector calls {@link #collect} while a
 * client watches the channel, and the first call starts a recording. The source stops it when no
 * call has arrived for the {@linkplain JfrSourceBuilder#idleLimit idle limit}. It then has no
 * thread and no recording. Before JDK 21, it has a recording of nothing and a thread that sleeps,
 * because the JVM's recorder would otherwise take about 0.5 % of a processor after its first use;
 * with them it takes 0.02 to 0.03 %. Totals continue after a pause, without the events of that
 * time.
 *
 * <p>Bounds: a metric has at most 64 series of a tag that the application determines, such as a
 * class; further values count as {@code other}. The source raises the threshold of an event, or
 * disables the event, if it arrives more often than the {@linkplain
 * JfrSourceBuilder#maxEventsPerSecond limit}. The JVM keeps about two chunks of 12 MB on disk while
 * it records.
 *
 * <p>The collector calls {@link #collect} on one thread. Any thread may call the other methods.
 */
public final class JfrSource implements MetricSource, AutoCloseable {

  /** The channel of the metrics, unless another is given: {@code jvm.metrics}. */
  public static final Channel DEFAULT_CHANNEL = new Channel("jvm.metrics");

  private static final long RENEWAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Channel channel;
  private final long idleLimitNanos;
  private final JvmEvents events;
  private final List<MetricDescription> descriptions;
  private final ReentrantLock lock = new ReentrantLock();

  /** Signals that the recording was replaced, or the source closed. */
  private final Condition replaced = lock.newCondition();

  // The following are guarded by the lock.
  private @Nullable EventRecording recording;
  private long lastCollectionNanos;
  private boolean closed;

  JfrSource(JfrSourceBuilder builder) {
    channel = builder.channel;
    idleLimitNanos = builder.idleLimit.toNanos();
    events = new JvmEvents(builder);
    descriptions = JfrDescriptions.of(channel);
  }

  /** Returns a source with the default options. */
  public static JfrSource create() {
    return builder().build();
  }

  /** Returns a builder of a source. */
  public static JfrSourceBuilder builder() {
    return new JfrSourceBuilder();
  }

  /** Returns {@code jfr}. */
  @Override
  public String name() {
    return "jfr";
  }

  /** Returns the channel of the metrics, so that the source idles while no client watches it. */
  @Override
  public Channel demandChannel() {
    return channel;
  }

  /**
   * Returns the metrics of the events since the previous call, and starts the recording if it does
   * not run. Events arrive one to two seconds after they happened. The first call takes up to a
   * second, in which the JVM sets its recorder up.
   *
   * @throws IllegalStateException if the JVM refuses to record; the next call tries again
   */
  @Override
  public Collection<Metric> collect() {
    if (!ensureRecording()) {
      return List.of();
    }
    MetricList metrics = new MetricList(channel);
    events.addTo(metrics);
    return metrics.metrics();
  }

  /** Returns whether the source is not closed. */
  private boolean ensureRecording() {
    lock.lock();
    try {
      lastCollectionNanos = System.nanoTime();
      EventRecording current = recording;
      if (!closed && (current == null || current.hasEnded())) {
        EventRecording started = EventRecording.start(events);
        recording = started;
        replaced.signalAll();
        NamedThreads.start("jfr-source-idle", () -> attend(started));
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Stops the recording after the idle limit, and keeps the recorder quiet until the next one. */
  private void attend(EventRecording watched) {
    try {
      stopWhenIdle(watched);
      if (QuietRecording.NEEDED) {
        keepRecorderQuiet();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whatever ends this thread ends the recordings with it
    }
  }

  /** Waits until no collection has begun for the idle limit, and stops the recording. */
  private void stopWhenIdle(EventRecording watched) throws InterruptedException {
    lock.lock();
    try {
      long remaining = idleLimitNanos;
      while (recording == watched && remaining > 0) {
        long unused = replaced.awaitNanos(remaining);
        remaining = lastCollectionNanos + idleLimitNanos - System.nanoTime();
      }
      if (recording == watched) {
        recording = null;
      }
    } finally {
      lock.unlock();
      watched.close();
    }
  }

  /** Waits until a recording starts or the source closes. */
  private void keepRecorderQuiet() throws InterruptedException {
    lock.lock();
    try (QuietRecording quiet = QuietRecording.start()) {
      while (recording == null && !closed) {
        if (replaced.awaitNanos(RENEWAL_NANOS) <= 0) {
          quiet.renewIfWorn();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a recording runs now. */
  boolean isRecording() {
    lock.lock();
    try {
      EventRecording current = recording;
      return current != null && !current.hasEnded();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Collection<MetricDescription> descriptions() {
    return descriptions;
  }

  /** Stops the recording now and forever: later collections return nothing. */
  @Override
  public void close() {
    EventRecording current;
    lock.lock();
    try {
      closed = true;
      current = recording;
      recording = null;
      replaced.signalAll();
    } finally {
      lock.unlock();
    }
    if (current != null) {
      current.close();
    }
  }

  /** Returns a description for logs. */
  @Override
  public String toString() {
    return "JfrSource[" + channel + "]";
  }
}
