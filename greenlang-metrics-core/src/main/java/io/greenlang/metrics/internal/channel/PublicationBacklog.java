package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.internal.window.ChannelLock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publications of a channel whose publishers did not wait for the samples. The thread that holds
 * the samples accepts them before it releases them, and each thread that acquires the samples
 * accepts them first. It is bounded by {@link #CAPACITY}. The broker delivers the publications of a
 * channel one after another, so they stay in order.
 */
final class PublicationBacklog implements ChannelLock.Backlog {

  private static final Logger log = LoggerFactory.getLogger(PublicationBacklog.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  /** The number of publications after which publishers wait. */
  static final int CAPACITY = 64;

  private final ChannelIntake intake;
  private final Queue<Publication> publications = new ConcurrentLinkedQueue<>();

  /** Counts a publication before it is added, and until it is accepted. */
  private final AtomicInteger size = new AtomicInteger();

  PublicationBacklog(ChannelIntake intake) {
    this.intake = intake;
  }

  /** Adds a publication; returns false if the backlog is full. Any thread. */
  boolean offer(Publication publication) {
    if (size.incrementAndGet() > CAPACITY) {
      size.decrementAndGet();
      return false;
    }
    return publications.add(publication);
  }

  @Override
  public boolean isEmpty() {
    return publications.isEmpty();
  }

  @Override
  public boolean drain() {
    Publication next = publications.peek();
    while (next != null && accept(next)) {
      remove();
      next = publications.peek();
    }
    return next == null;
  }

  /**
   * Accepts all publications, and closes windows that have ended before. Called under both parts.
   */
  void closeAndDrain() {
    for (Publication next = publications.peek(); next != null; next = publications.peek()) {
      attempt(next, intake::closeAndAccept);
      remove();
    }
  }

  private void remove() {
    publications.remove();
    size.decrementAndGet();
  }

  private boolean accept(Publication publication) {
    boolean[] accepted = {true};
    attempt(publication, next -> accepted[0] = intake.tryAccept(next));
    return accepted[0];
  }

  /** Accepts a publication whose publisher has returned, so its failure can only be logged. */
  private static void attempt(Publication publication, Consumer<Publication> acceptor) {
    Throwable failure = failure(() -> acceptor.accept(publication));
    if (failure != null) {
      failureLog.error(
          "Failed to deliver a publication of channel {}; its other metrics are missing",
          publication.channel(),
          failure);
    }
  }

  @SuppressWarnings("CatchThrowable")
  private static @Nullable Throwable failure(Runnable action) {
    try {
      action.run();
      return null;
    } catch (Throwable e) { // the thread's own work must not end with it
      return e;
    }
  }
}
