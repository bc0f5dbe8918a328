package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.internal.window.ChannelLock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publications of a channel whose publishers did not wait for the samples. A thread that holds the
 * samples accepts them after it has released the samples, and each thread that acquires them
 * accepts them first. Bounded by {@link #CAPACITY} publications and {@link #METRICS} metrics. The
 * broker delivers the publications of a channel one after another, so they stay in order.
 */
final class PublicationBacklog implements ChannelLock.Backlog {

  private static final Logger log = LoggerFactory.getLogger(PublicationBacklog.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  /** The number of publications after which publishers wait. */
  static final int CAPACITY = 64;

  /** The number of metrics in all publications after which publishers wait. */
  static final int METRICS = 10_000;

  private final Channel channel;
  private final ChannelIntake intake;
  private final Queue<Publication> publications = new ConcurrentLinkedQueue<>();

  /** Counts a publication before it is added, and until it is accepted. */
  private final AtomicInteger size = new AtomicInteger();

  private final AtomicInteger metrics = new AtomicInteger();

  /** The first failure that is not logged yet; null if there is none. */
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  PublicationBacklog(Channel channel, ChannelIntake intake) {
    this.channel = channel;
    this.intake = intake;
  }

  /** Adds a publication; returns false if the backlog has no room. One thread at a time. */
  boolean offer(Publication publication) {
    int count = publication.metrics().size();
    if (size.get() == CAPACITY || metrics.get() + count > METRICS) {
      return false;
    }
    size.incrementAndGet();
    metrics.addAndGet(count);
    return publications.add(publication);
  }

  @Override
  public boolean isEmpty() {
    return publications.isEmpty();
  }

  @Override
  public boolean drain() {
    return accept(false);
  }

  @Override
  public void closeAndDrain() {
    accept(true);
  }

  /** Accepts the publications that are present, so a publisher cannot keep this thread busy. */
  private boolean accept(boolean closing) {
    boolean accepted = true;
    for (int i = size.get(); i > 0 && accepted; i--) {
      Publication next = publications.peek();
      accepted = next == null || accept(next, closing);
    }
    return accepted;
  }

  /**
   * Logs a failure since the last call, if there was one. Called without the samples, because a log
   * may wait for a disk.
   */
  void logFailure() {
    Throwable logged = failure.get() == null ? null : failure.getAndSet(null);
    if (logged != null) {
      failureLog.error(
          "Failed to deliver a publication of channel {}; its other metrics are missing",
          channel,
          logged);
    }
  }

  /** Accepts a publication whose publisher has returned, so its failure can only be logged. */
  @SuppressWarnings("CatchThrowable") // the thread's own work must not end with it
  private boolean accept(Publication publication, boolean closing) {
    boolean accepted = true;
    try {
      if (closing) {
        intake.closeAndAccept(publication);
      } else {
        accepted = intake.tryAccept(publication);
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    } finally {
      if (accepted) {
        publications.remove();
        size.decrementAndGet();
        metrics.addAndGet(-publication.metrics().size());
      }
    }
    return accepted;
  }
}
