package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.internal.window.ChannelLock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publications of a channel whose publishers did not wait for the samples lock. Its holder accepts
 * them after it has released the lock, and each thread that acquires the lock accepts them first.
 * Bounded by {@link #CAPACITY} publications and {@link #METRICS} metrics. The broker delivers the
 * publications of a channel one after another, so they stay in order.
 */
final class PublicationBacklog implements ChannelLock.Backlog {

  /** The number of publications after which publishers wait. */
  static final int CAPACITY = 64;

  /** The number of metrics in all publications after which publishers wait. */
  static final int METRICS = 10_000;

  private final ChannelIntake intake;

  /** The failures of publications whose publishers have returned. */
  private final DeferredFailure failure;

  private final Queue<Publication> publications;

  /** Counts a publication before it is added, and until it is accepted. */
  private final AtomicInteger size = new AtomicInteger();

  private final AtomicInteger metrics = new AtomicInteger();

  PublicationBacklog(ChannelIntake intake, DeferredFailure failure) {
    this(intake, failure, new ConcurrentLinkedQueue<>());
  }

  /** Creates a backlog with a queue. */
  PublicationBacklog(
      ChannelIntake intake, DeferredFailure failure, Queue<Publication> publications) {
    this.intake = intake;
    this.failure = failure;
    this.publications = publications;
  }

  /**
   * Adds a publication; returns false if the backlog or the heap has no room. One thread at a time.
   */
  boolean offer(Publication publication) {
    int count = publication.metrics().size();
    if (size.get() == CAPACITY || metrics.get() + count > METRICS) {
      return false;
    }
    count(1, count);
    try {
      return publications.add(publication);
    } catch (OutOfMemoryError e) {
      count(-1, -count); // the publisher waits for the samples lock instead
      return false;
    }
  }

  private void count(int publicationCount, int metricCount) {
    size.addAndGet(publicationCount);
    metrics.addAndGet(metricCount);
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
      failure.record(e);
    } finally {
      if (accepted) {
        publications.remove();
        count(-1, -publication.metrics().size());
      }
    }
    return accepted;
  }
}
