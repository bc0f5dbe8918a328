package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.Feed;
import io.greenlang.metrics.websocket.protocol.CloseCode;
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
 * <p>Except for {@link #note}, {@link #sweep(long)} and the constructor, all methods run on that
 * thread.
 */
final class DeliveryLoop {

  private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);

  private final Executor ioThread;
  private final Map<Feed, FeedLane> groups = new HashMap<>();
  private final List<ClientSession> sessions = new ArrayList<>();
  private final Queue<FeedLane> scheduled = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean wakeUpPending = new AtomicBoolean();

  DeliveryLoop(Executor ioThread) {
    this.ioThread = ioThread;
  }

  /** Schedules a feed's deliveries. Thread-safe. */
  void note(FeedLane group) {
    scheduled.add(group);
    if (wakeUpPending.compareAndSet(false, true)) {
      try {
        ioThread.execute(this::deliver);
      } catch (RejectedExecutionException e) {
        log.debug("I/O thread has ended; its sessions end");
      }
    }
  }

  FeedLane join(Feed feed, Delivery writer) {
    FeedLane group = groups.computeIfAbsent(feed, f -> new FeedLane(this, f));
    group.join(writer);
    return group;
  }

  void leave(FeedLane group, Delivery writer) {
    if (group.leave(writer)) {
      groups.remove(group.feed());
    }
  }

  void add(ClientSession session) {
    sessions.add(session);
  }

  void remove(ClientSession session) {
    sessions.remove(session);
  }

  /** Sweeps each session; see {@link ClientSession#sweep}. Thread-safe. */
  void sweep(long nowNanos) {
    try {
      ioThread.execute(
          () -> {
            for (int i = sessions.size() - 1; i >= 0; i--) {
              sweep(sessions.get(i), nowNanos);
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("I/O thread has ended; its sessions end");
    }
  }

  /** Sweeps one session. A session that fails must not keep the others from being swept. */
  private static void sweep(ClientSession session, long nowNanos) {
    try {
      session.sweep(nowNanos);
    } catch (RuntimeException e) {
      log.error("Session sweep failed; closing the session", e);
      session.close(CloseCode.INTERNAL_ERROR);
    }
  }

  private void deliver() {
    wakeUpPending.set(false); // first, so that a feed scheduled from here on wakes the thread again
    FeedLane group;
    while ((group = scheduled.poll()) != null) {
      group.deliver();
    }
  }
}
