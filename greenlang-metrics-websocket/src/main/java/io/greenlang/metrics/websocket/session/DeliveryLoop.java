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
 * What one I/O thread delivers. A feed that grew wakes the thread once, whatever number of its
 * sessions read the feed, and not at all if it is awake already. All that gathers until it runs
 * goes out with the same writes: at low load nothing waits, under load batches form by themselves.
 *
 * <p>All but {@link #note} and the constructor on that thread.
 */
final class DeliveryLoop {

  private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);

  private final Executor ioThread;
  private final Map<Feed, FeedLane> lanes = new HashMap<>();
  private final List<ClientSession> sessions = new ArrayList<>();
  private final Queue<FeedLane> noted = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean awake = new AtomicBoolean();

  DeliveryLoop(Executor ioThread) {
    this.ioThread = ioThread;
  }

  /** Puts a lane on the list of those to deliver. Any thread. */
  void note(FeedLane lane) {
    noted.add(lane);
    if (awake.compareAndSet(false, true)) {
      try {
        ioThread.execute(this::deliver);
      } catch (RejectedExecutionException e) {
        log.debug("an I/O thread has ended, and its sessions with it");
      }
    }
  }

  FeedLane join(Feed feed, Delivery member) {
    FeedLane lane = lanes.computeIfAbsent(feed, f -> new FeedLane(this, f));
    lane.join(member);
    return lane;
  }

  void leave(FeedLane lane, Delivery member) {
    if (lane.leave(member)) {
      lanes.remove(lane.feed());
    }
  }

  void add(ClientSession session) {
    sessions.add(session);
  }

  void remove(ClientSession session) {
    sessions.remove(session);
  }

  /** Looks after each session: see {@link ClientSession#sweep}. Any thread. */
  void sweep(long nowNanos) {
    try {
      ioThread.execute(
          () -> {
            for (int i = sessions.size() - 1; i >= 0; i--) {
              sweep(sessions.get(i), nowNanos);
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("an I/O thread has ended, and its sessions with it");
    }
  }

  /** A session that fails must not keep the others from being looked after. */
  private static void sweep(ClientSession session, long nowNanos) {
    try {
      session.sweep(nowNanos);
    } catch (RuntimeException e) {
      log.error("looking after a session failed", e);
      session.close(CloseCode.INTERNAL_ERROR);
    }
  }

  private void deliver() {
    awake.set(false); // first: what is noted from here on wakes again
    FeedLane lane;
    while ((lane = noted.poll()) != null) {
      lane.deliver();
    }
  }
}
