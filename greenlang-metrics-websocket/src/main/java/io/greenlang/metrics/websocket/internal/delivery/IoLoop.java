package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.websocket.internal.session.ClientSession;
import io.greenlang.metrics.websocket.transport.CloseCode;
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
 * <p>Except for {@link #schedule}, {@link #sweep(long)} and the constructor, all methods run on
 * that thread.
 */
public final class IoLoop {

  private static final Logger log = LoggerFactory.getLogger(IoLoop.class);

  private final Executor ioThread;
  private final Map<Feed, FeedGroup> groups = new HashMap<>();
  private final List<ClientSession> sessions = new ArrayList<>();
  private final Queue<FeedGroup> scheduled = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean wakeUpPending = new AtomicBoolean();

  public IoLoop(Executor ioThread) {
    this.ioThread = ioThread;
  }

  /** Schedules a feed's deliveries. Thread-safe. */
  void schedule(FeedGroup group) {
    scheduled.add(group);
    if (wakeUpPending.compareAndSet(false, true)) {
      try {
        ioThread.execute(this::deliver);
      } catch (RejectedExecutionException e) {
        log.debug("I/O thread has ended; its sessions end");
      }
    }
  }

  FeedGroup joinGroup(Feed feed, SessionWriter writer) {
    FeedGroup group = groups.computeIfAbsent(feed, f -> new FeedGroup(this, f));
    group.add(writer);
    return group;
  }

  void leaveGroup(FeedGroup group, SessionWriter writer) {
    if (group.remove(writer)) {
      groups.remove(group.feed());
    }
  }

  public void add(ClientSession session) {
    sessions.add(session);
  }

  public void remove(ClientSession session) {
    sessions.remove(session);
  }

  /** Sweeps each session; see {@link ClientSession#sweep}. Thread-safe. */
  public void sweep(long nowNanos) {
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
    FeedGroup group;
    while ((group = scheduled.poll()) != null) {
      group.deliver();
    }
  }
}
