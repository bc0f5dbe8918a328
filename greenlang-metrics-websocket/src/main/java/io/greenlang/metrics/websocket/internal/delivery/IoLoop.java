package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.util.ThrottledLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deliveries of one I/O thread. When a feed grows, the thread wakes up once, however many of
 * its sessions read the feed. If a wake-up is already pending, there is no other. Everything that
 * accumulates until the thread runs is sent with the same writes. At low load nothing waits; under
 * load, batches form by themselves.
 *
 * <p>Except for {@link #schedule}, {@link #sweep} and the constructor, all methods run on that
 * thread.
 */
public final class IoLoop {

  /** A session that is checked once per second, on its I/O thread. */
  public interface Sweepable {

    /** Checks the session. Must not throw, because the other sessions are checked next. */
    void sweep(long nowNanos);
  }

  private static final Logger log = LoggerFactory.getLogger(IoLoop.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  private final Executor ioThread;
  private final Map<Feed, FeedGroup> groups = new HashMap<>();
  private final List<Sweepable> sessions = new ArrayList<>();
  private final Queue<FeedGroup> scheduled = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean wakeUpPending = new AtomicBoolean();

  /** Creates a loop without sessions. */
  public IoLoop(Executor ioThread) {
    this.ioThread = ioThread;
  }

  /** Schedules a feed's deliveries. Thread-safe. */
  void schedule(FeedGroup group) {
    scheduled.add(group);
    if (wakeUpPending.compareAndSet(false, true)) {
      wakeUp();
    }
  }

  private void wakeUp() {
    try {
      ioThread.execute(this::deliver);
    } catch (RejectedExecutionException e) {
      log.debug("I/O thread has ended; its sessions end");
    } catch (OutOfMemoryError e) {
      // No memory for the queue's entry, or no thread. The publisher must not fail because of it,
      // and the next publication or sweep wakes the thread.
      wakeUpPending.set(false);
      failureLog.error("Failed to wake up an I/O thread; retrying within 1 s", e);
    }
  }

  /** Delivers the feed to the writer whenever it grows. */
  void joinGroup(Feed feed, SessionWriter writer) {
    groups.computeIfAbsent(feed, f -> new FeedGroup(this, f)).add(writer);
  }

  /** Stops delivering the feed to the writer. */
  void leaveGroup(Feed feed, SessionWriter writer) {
    FeedGroup group = groups.get(feed);
    if (group != null && group.remove(writer)) {
      groups.remove(feed);
    }
  }

  /** Adds a session to the sweep. */
  public void add(Sweepable session) {
    sessions.add(session);
  }

  /** Removes a session from the sweep. */
  public void remove(Sweepable session) {
    sessions.remove(session);
  }

  /** Sweeps each session. Thread-safe. */
  public void sweep(long nowNanos) {
    try {
      ioThread.execute(() -> sweepAll(nowNanos));
    } catch (RejectedExecutionException e) {
      log.debug("I/O thread has ended; its sessions end");
    } catch (OutOfMemoryError e) {
      failureLog.error("Failed to sweep the sessions of an I/O thread; retrying in 1 s", e);
    }
  }

  private void sweepAll(long nowNanos) {
    deliver(); // the feeds of a refused wake-up
    for (int i = sessions.size() - 1; i >= 0; i--) {
      sessions.get(i).sweep(nowNanos);
    }
  }

  private void deliver() {
    wakeUpPending.set(false); // first, so that a feed scheduled from here on wakes the thread again
    FeedGroup group;
    while ((group = scheduled.poll()) != null) {
      group.deliver();
    }
  }
}
