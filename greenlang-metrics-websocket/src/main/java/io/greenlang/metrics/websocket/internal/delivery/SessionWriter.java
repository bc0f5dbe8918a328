package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.websocket.internal.ratelimit.FrameRateLimiter;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outbound side of a session: it moves answers and metrics to the connection whenever the
 * connection is writable.
 *
 * <p>There is one state for "cannot send now", whatever the cause: {@link #deliver} returns, and
 * the client's cursors keep their positions. There is no queue of metrics. The queue of answers is
 * bounded by {@value #MAX_PENDING}; only a client that sends commands and never reads can fill it.
 *
 * <p>Except for {@link #offer} and {@link #isOverloaded}, all methods run on the connection's I/O
 * thread.
 */
public final class SessionWriter {

  private static final Logger log = LoggerFactory.getLogger(SessionWriter.class);
  private static final int MAX_PENDING = 1024;

  /**
   * A bound in bytes is needed as well as the bound on answers, because one history page can exceed
   * a megabyte.
   */
  private static final long OVERLOAD_BYTES = 1024 * 1024;

  /** The maximum frames of one catch-up step: the {@code lagged} message and 256 metrics. */
  private static final int MAX_STEP_FRAMES = 257;

  /** The minimum frames of one catch-up step: the {@code lagged} message and one metric. */
  private static final int MIN_STEP_FRAMES = 2;

  private final Connection connection;
  private final IoLoop loop;
  private final Executor workers;
  private final ServerCounters counters;
  private final FrameRateLimiter frameLimiter;
  private final Runnable onLimited;
  private final FrameSink metricSink = this::writeMetrics;

  private final Queue<OutboundAction> pending = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pendingCount = new AtomicInteger();
  private final AtomicLong pendingBytes = new AtomicLong();
  private final List<FeedDelivery> feedDeliveries = new ArrayList<>(4);
  private boolean delivering;
  private boolean deliverAgain;
  private boolean ended;
  private int nextToResume;

  /** The delivery of one cursor to this client. */
  private static final class FeedDelivery {
    final FeedReader cursor;
    final FeedGroup group;
    boolean catchingUp;

    /** True while the rate limit holds back the metrics of this cursor. */
    boolean limited;

    /** True if the cursor is closed after its next piece. */
    boolean closeAfterPiece;

    /** The result of a catch-up step, until the connection accepts it. */
    @Nullable CatchUpPiece piece;

    FeedDelivery(FeedReader cursor, FeedGroup group) {
      this.cursor = cursor;
      this.group = group;
    }
  }

  private record CatchUpPiece(SharedFrames frames, int from, int to, int count) {}

  /**
   * Creates a writer with nothing to deliver.
   *
   * @param frameLimiter limits the metric frames that the client receives
   * @param onLimited called each time that the limit holds back metrics
   */
  public SessionWriter(
      Connection connection,
      IoLoop loop,
      Executor workers,
      ServerCounters counters,
      FrameRateLimiter frameLimiter,
      Runnable onLimited) {
    this.connection = connection;
    this.loop = loop;
    this.workers = workers;
    this.counters = counters;
    this.frameLimiter = frameLimiter;
    this.onLimited = onLimited;
  }

  /** Queues an action; returns false if it is a message and the queue is full. Thread-safe. */
  public boolean offer(OutboundAction outgoing) {
    if (pendingCount.incrementAndGet() > MAX_PENDING
        && outgoing instanceof OutboundAction.Message) {
      pendingCount.decrementAndGet();
      return false;
    }
    pendingBytes.addAndGet(byteCount(outgoing));
    pending.add(outgoing);
    if (!onIoThread(this::deliver)) {
      discardPending();
    }
    return true;
  }

  /** Returns whether so much is queued that no further commands should be executed. Thread-safe. */
  public boolean isOverloaded() {
    return pendingCount.get() > MAX_PENDING / 2 || pendingBytes.get() > OVERLOAD_BYTES;
  }

  private static long byteCount(OutboundAction outgoing) {
    return outgoing instanceof OutboundAction.Message message
        ? message.frames().bytes().capacity()
        : 0;
  }

  /** Sends as much as the connection accepts now. */
  public void deliver() {
    if (delivering) {
      deliverAgain = true; // a flush made the socket writable, which called this method
      return;
    }
    delivering = true;
    try {
      do {
        deliverAgain = false;
        deliverOnce();
      } while (deliverAgain);
    } catch (RuntimeException e) {
      fail(e); // the other clients of this thread must still be served
    } finally {
      delivering = false;
    }
  }

  /**
   * Resumes cursors that the rate limit held back, if the client may receive more by now. Each
   * resumed cursor sends the latest value of each series instead of everything that accumulated.
   * Once per second is enough. Each call starts with a different subscription.
   */
  public void resumeLimited() {
    for (int i = 0; i < feedDeliveries.size() && connection.isWritable(); i++) {
      FeedDelivery feedDelivery = feedDeliveries.get((nextToResume + i) % feedDeliveries.size());
      if (feedDelivery.limited && frameLimiter.available() >= MIN_STEP_FRAMES) {
        feedDelivery.limited = false;
        catchUp(feedDelivery);
      }
    }
    nextToResume = feedDeliveries.isEmpty() ? 0 : (nextToResume + 1) % feedDeliveries.size();
  }

  /** Closes all cursors and discards the queue. */
  public void close() {
    ended = true;
    while (!feedDeliveries.isEmpty()) {
      remove(feedDeliveries.get(feedDeliveries.size() - 1));
    }
    discardPending();
  }

  private void deliverOnce() {
    if (ended) {
      discardPending();
      return;
    }
    boolean progress = true;
    while (progress && connection.isWritable()) {
      progress = runPending();
      for (int i = feedDeliveries.size() - 1; i >= 0 && connection.isWritable(); i--) {
        progress |= deliverNext(feedDeliveries.get(i));
      }
    }
    connection.flush();
  }

  /** Runs queued actions in order; returns whether at least one was run. */
  private boolean runPending() {
    boolean progress = false;
    OutboundAction next;
    while (connection.isWritable() && (next = pending.peek()) != null && run(next)) {
      pending.remove();
      pendingCount.decrementAndGet();
      pendingBytes.addAndGet(-byteCount(next));
      progress = true;
    }
    return progress;
  }

  /** Runs an action; returns false if it must wait. */
  private boolean run(OutboundAction outgoing) {
    if (outgoing instanceof OutboundAction.Message message) {
      write(message.frames(), 0, message.frames().bytes().capacity(), message.count());
    } else if (outgoing instanceof OutboundAction.Attach attach) {
      FeedReader cursor = attach.cursor();
      feedDeliveries.add(new FeedDelivery(cursor, loop.joinGroup(cursor.feed(), this)));
    } else if (outgoing instanceof OutboundAction.Drain retire) {
      return drain(retire);
    } else if (outgoing instanceof OutboundAction.Detach detach) {
      FeedDelivery feedDelivery = find(detach.cursor());
      if (feedDelivery != null) {
        remove(feedDelivery);
      }
    }
    return true;
  }

  private boolean drain(OutboundAction.Drain retire) {
    FeedDelivery feedDelivery = find(retire.cursor());
    if (feedDelivery == null) {
      return true;
    }
    if (feedDelivery.catchingUp) {
      return false; // a worker holds the cursor; the action is retried when the worker returns it
    }
    deliverNext(feedDelivery);
    if (feedDelivery.limited) {
      // The replacement may be exactly what the client needs to stay within its limit.
      feedDelivery.limited = false;
      feedDelivery.closeAfterPiece = true;
      frameLimiter.acquire(1);
      catchUp(feedDelivery, 1);
    }
    return find(retire.cursor()) == null;
  }

  /** Sends the next piece of one feed; returns whether there was one. */
  private boolean deliverNext(FeedDelivery feedDelivery) {
    CatchUpPiece piece = feedDelivery.piece;
    if (piece != null) {
      feedDelivery.piece = null;
      write(piece.frames(), piece.from(), piece.to(), piece.count());
      if (feedDelivery.closeAfterPiece) {
        remove(feedDelivery);
      }
      return true;
    }
    if (feedDelivery.catchingUp || feedDelivery.limited) {
      return false;
    }
    int allowed = frameLimiter.available();
    return switch (feedDelivery.cursor.poll(metricSink, allowed)) {
      case FRAMES -> true;
      case NONE -> false;
      case CATCH_UP_REQUIRED -> {
        catchUp(feedDelivery);
        yield false;
      }
      case FRAME_LIMIT -> {
        boolean moreAllowed = frameLimiter.available() > allowed;
        if (!moreAllowed) {
          hold(feedDelivery);
        }
        yield moreAllowed;
      }
      case ENDED -> {
        remove(feedDelivery);
        yield true;
      }
    };
  }

  private void hold(FeedDelivery feedDelivery) {
    for (FeedDelivery other : feedDeliveries) {
      if (other.catchingUp) {
        // It may not use all the frames that it acquired; when it ends, this cursor is retried.
        return;
      }
    }
    feedDelivery.limited = true;
    onLimited.run();
  }

  /** Starts a catch-up step of as many frames as the limit allows. */
  private void catchUp(FeedDelivery feedDelivery) {
    int frames = Math.min(frameLimiter.available(), MAX_STEP_FRAMES);
    if (frames < MIN_STEP_FRAMES) {
      hold(feedDelivery);
    } else {
      frameLimiter.acquire(frames);
      catchUp(feedDelivery, frames);
    }
  }

  /** Runs a catch-up step on a worker thread, because it needs the channel's lock. */
  private void catchUp(FeedDelivery feedDelivery, int acquiredFrames) {
    feedDelivery.catchingUp = true;
    onWorker(
        () -> {
          CatchUpPiece[] result = new CatchUpPiece[1];
          try {
            feedDelivery.cursor.catchUp(
                (frames, from, to, count) -> result[0] = new CatchUpPiece(frames, from, to, count),
                acquiredFrames);
          } catch (RuntimeException e) {
            fail(e);
            return;
          }
          onIoThread(() -> onCaughtUp(feedDelivery, result[0], acquiredFrames));
        });
  }

  private void onCaughtUp(
      FeedDelivery feedDelivery, @Nullable CatchUpPiece piece, int acquiredFrames) {
    frameLimiter.release(acquiredFrames - (piece == null ? 0 : piece.count()));
    feedDelivery.catchingUp = false;
    feedDelivery.piece = piece;
    if (feedDelivery.closeAfterPiece && piece == null) {
      remove(feedDelivery);
    }
    deliver();
  }

  private void fail(RuntimeException e) {
    log.error("Failed to deliver to {}; closing the connection", connection.peer(), e);
    CloseCode closeCode = CloseCode.INTERNAL_ERROR;
    connection.close(closeCode.code(), closeCode.reason());
  }

  private void writeMetrics(SharedFrames frames, int from, int to, int count) {
    frameLimiter.acquire(count);
    write(frames, from, to, count);
  }

  private void write(SharedFrames frames, int from, int to, int count) {
    counters.framesOut.add(count);
    counters.bytesOut.add(to - from);
    connection.write(frames, from, to, count);
  }

  private @Nullable FeedDelivery find(FeedReader cursor) {
    for (FeedDelivery feedDelivery : feedDeliveries) {
      if (feedDelivery.cursor == cursor) {
        return feedDelivery;
      }
    }
    return null;
  }

  private void remove(FeedDelivery feedDelivery) {
    if (!feedDeliveries.remove(feedDelivery)) {
      return; // the client disconnected during the last step
    }
    loop.leaveGroup(feedDelivery.group, this);
    close(feedDelivery.cursor);
  }

  private void discardPending() {
    OutboundAction outgoing;
    while ((outgoing = pending.poll()) != null) {
      if (outgoing instanceof OutboundAction.Attach attach) {
        close(attach.cursor());
      }
    }
  }

  /**
   * Closes a cursor. If the server is stopping, this happens on the calling thread; otherwise the
   * cursor's feed would leak.
   */
  private void close(FeedReader cursor) {
    try {
      workers.execute(() -> counters.ledger.close(cursor));
    } catch (RejectedExecutionException e) {
      counters.ledger.close(cursor);
    }
  }

  private void onWorker(Runnable task) {
    try {
      workers.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("Server is stopping; its sessions end");
    }
  }

  /** Returns false if the I/O thread has ended, and its sessions with it. */
  private boolean onIoThread(Runnable task) {
    try {
      connection.ioThread().execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
