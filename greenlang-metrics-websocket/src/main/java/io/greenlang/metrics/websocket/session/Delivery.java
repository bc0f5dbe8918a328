package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.FeedCursor;
import io.greenlang.metrics.feed.FrameSink;
import io.greenlang.metrics.feed.Frames;
import io.greenlang.metrics.websocket.protocol.CloseCode;
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
 * Moves what a client is to get to its connection, whenever the connection takes more.
 *
 * <p>"May not send now" is one state, whatever its cause: then {@link #deliver} just returns, and
 * the client's cursors stay where they are. There is no queue of metrics. The queue of answers is
 * bounded by {@value #MAX_WAITING}: a client that asks and never reads is the only one to meet
 * that.
 *
 * <p>All but {@link #offer} on the connection's I/O thread.
 */
final class Delivery {

  private static final Logger log = LoggerFactory.getLogger(Delivery.class);
  private static final int MAX_WAITING = 1024;

  /** A page of history may have a megabyte and more, so counting answers is not enough. */
  private static final long CROWDED_BYTES = 1024 * 1024;

  /** A step of catching up has no more: what was missed, and 256 metrics. */
  private static final int MAX_STEP_FRAMES = 257;

  /** The least that a step of catching up needs: what was missed, and a metric. */
  private static final int MIN_STEP_FRAMES = 2;

  private final Connection connection;
  private final DeliveryLoop loop;
  private final Executor workers;
  private final ServerCounters counters;
  private final FrameBudget budget;
  private final Runnable onLimited;
  private final FrameSink metrics = this::writeMetrics;

  private final Queue<Outgoing> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final List<Reading> readings = new ArrayList<>(4);
  private boolean delivering;
  private boolean again;
  private boolean ended;
  private int firstToResume;

  /** A cursor that is read for this client. */
  private static final class Reading {
    final FeedCursor cursor;
    final FeedLane lane;
    boolean catchingUp;

    /** Waits until the client may have more. */
    boolean held;

    /** Ends with the piece that comes next. */
    boolean ending;

    /** What a step of catching up brought, until the connection takes it. */
    @Nullable CatchUpPiece piece;

    Reading(FeedCursor cursor, FeedLane lane) {
      this.cursor = cursor;
      this.lane = lane;
    }
  }

  private record CatchUpPiece(Frames frames, int from, int to, int count) {}

  /**
   * Nothing to deliver yet.
   *
   * @param budget how many metric frames the client may get
   * @param onLimited told whenever metrics are held back because of that
   */
  Delivery(
      Connection connection,
      DeliveryLoop loop,
      Executor workers,
      ServerCounters counters,
      FrameBudget budget,
      Runnable onLimited) {
    this.connection = connection;
    this.loop = loop;
    this.workers = workers;
    this.counters = counters;
    this.budget = budget;
    this.onLimited = onLimited;
  }

  /** Takes something to do; false if there is too much already. Any thread. */
  boolean offer(Outgoing outgoing) {
    if (waitingCount.incrementAndGet() > MAX_WAITING && outgoing instanceof Outgoing.Message) {
      waitingCount.decrementAndGet();
      return false;
    }
    waitingBytes.addAndGet(bytes(outgoing));
    waiting.add(outgoing);
    if (!onIoThread(this::deliver)) {
      discardWaiting();
    }
    return true;
  }

  /** Whether so much waits that nothing more should be asked for. Any thread. */
  boolean isCrowded() {
    return waitingCount.get() > MAX_WAITING / 2 || waitingBytes.get() > CROWDED_BYTES;
  }

  private static long bytes(Outgoing outgoing) {
    return outgoing instanceof Outgoing.Message message ? message.frames().bytes().capacity() : 0;
  }

  /** Sends as much as the connection takes now. */
  void deliver() {
    if (delivering) {
      again = true; // a flush made the socket writable, which called back into here
      return;
    }
    delivering = true;
    try {
      do {
        again = false;
        deliverOnce();
      } while (again);
    } catch (RuntimeException e) {
      fail(e); // and the other clients of this thread get theirs
    } finally {
      delivering = false;
    }
  }

  /**
   * Goes on where metrics were held back, if the client may have more by now: with the newest of
   * each series, in place of all that gathered. Once a second is enough; a different subscription
   * comes first each time.
   */
  void resume() {
    for (int i = 0; i < readings.size() && connection.isWritable(); i++) {
      Reading reading = readings.get((firstToResume + i) % readings.size());
      if (reading.held && budget.left() >= MIN_STEP_FRAMES) {
        reading.held = false;
        catchUp(reading);
      }
    }
    firstToResume = readings.isEmpty() ? 0 : (firstToResume + 1) % readings.size();
  }

  /** Lets go of everything. */
  void end() {
    ended = true;
    while (!readings.isEmpty()) {
      drop(readings.get(readings.size() - 1));
    }
    discardWaiting();
  }

  private void deliverOnce() {
    if (ended) {
      discardWaiting();
      return;
    }
    boolean progress = true;
    while (progress && connection.isWritable()) {
      progress = workOff();
      for (int i = readings.size() - 1; i >= 0 && connection.isWritable(); i--) {
        progress |= read(readings.get(i));
      }
    }
    connection.flush();
  }

  /** Does what waits, in order; true if something was done. */
  private boolean workOff() {
    boolean progress = false;
    Outgoing next;
    while (connection.isWritable() && (next = waiting.peek()) != null && done(next)) {
      waiting.remove();
      waitingCount.decrementAndGet();
      waitingBytes.addAndGet(-bytes(next));
      progress = true;
    }
    return progress;
  }

  /** Does it, or answers false if it must wait. */
  private boolean done(Outgoing outgoing) {
    if (outgoing instanceof Outgoing.Message message) {
      write(message.frames(), 0, message.frames().bytes().capacity(), message.count());
    } else if (outgoing instanceof Outgoing.Attach attach) {
      FeedCursor cursor = attach.cursor();
      readings.add(new Reading(cursor, loop.join(cursor.feed(), this)));
    } else if (outgoing instanceof Outgoing.Retire retire) {
      return retired(retire);
    } else if (outgoing instanceof Outgoing.Detach detach) {
      Reading reading = find(detach.cursor());
      if (reading != null) {
        drop(reading);
      }
    }
    return true;
  }

  private boolean retired(Outgoing.Retire retire) {
    Reading reading = find(retire.cursor());
    if (reading == null) {
      return true;
    }
    if (reading.catchingUp) {
      return false; // a worker has the cursor; this is tried again when it comes back
    }
    read(reading);
    if (reading.held) {
      // What replaces it may be just what the client needs to keep within its limit.
      reading.held = false;
      reading.ending = true;
      budget.take(1);
      catchUp(reading, 1);
    }
    return find(retire.cursor()) == null;
  }

  /** Sends the next piece of one feed; true if there was one. */
  private boolean read(Reading reading) {
    CatchUpPiece piece = reading.piece;
    if (piece != null) {
      reading.piece = null;
      write(piece.frames(), piece.from(), piece.to(), piece.count());
      if (reading.ending) {
        drop(reading);
      }
      return true;
    }
    if (reading.catchingUp || reading.held) {
      return false;
    }
    int allowed = budget.left();
    return switch (reading.cursor.poll(metrics, allowed)) {
      case FRAMES -> true;
      case NONE -> false;
      case BEHIND -> {
        catchUp(reading);
        yield false;
      }
      case LIMITED -> {
        boolean moreByNow = budget.left() > allowed;
        if (!moreByNow) {
          hold(reading);
        }
        yield moreByNow;
      }
      case ENDED -> {
        drop(reading);
        yield true;
      }
    };
  }

  private void hold(Reading reading) {
    for (Reading each : readings) {
      if (each.catchingUp) {
        return; // it has paid for more than it may need, and tries this one again when it is done
      }
    }
    reading.held = true;
    onLimited.run();
  }

  /** Takes a step of catching up, as far as the budget goes. */
  private void catchUp(Reading reading) {
    int frames = Math.min(budget.left(), MAX_STEP_FRAMES);
    if (frames < MIN_STEP_FRAMES) {
      hold(reading);
    } else {
      budget.take(frames);
      catchUp(reading, frames);
    }
  }

  /** Takes a step on a worker thread, because it needs the channel's lock. */
  private void catchUp(Reading reading, int paidFrames) {
    reading.catchingUp = true;
    onWorker(
        () -> {
          CatchUpPiece[] caught = new CatchUpPiece[1];
          try {
            reading.cursor.catchUp(
                (frames, from, to, count) -> caught[0] = new CatchUpPiece(frames, from, to, count),
                paidFrames);
          } catch (RuntimeException e) {
            fail(e);
            return;
          }
          onIoThread(() -> caughtUp(reading, caught[0], paidFrames));
        });
  }

  private void caughtUp(Reading reading, @Nullable CatchUpPiece piece, int paidFrames) {
    budget.giveBack(paidFrames - (piece == null ? 0 : piece.count()));
    reading.catchingUp = false;
    reading.piece = piece;
    if (reading.ending && piece == null) {
      drop(reading);
    }
    deliver();
  }

  private void fail(RuntimeException e) {
    log.error("delivery to {} failed", connection.peer(), e);
    CloseCode fault = CloseCode.INTERNAL_ERROR;
    connection.close(fault.code(), fault.reason());
  }

  private void writeMetrics(Frames frames, int from, int to, int count) {
    budget.take(count);
    write(frames, from, to, count);
  }

  private void write(Frames frames, int from, int to, int count) {
    counters.framesOut.add(count);
    counters.bytesOut.add(to - from);
    connection.write(frames, from, to, count);
  }

  private @Nullable Reading find(FeedCursor cursor) {
    for (Reading reading : readings) {
      if (reading.cursor == cursor) {
        return reading;
      }
    }
    return null;
  }

  private void drop(Reading reading) {
    if (!readings.remove(reading)) {
      return; // the client went while the last step was taken
    }
    loop.leave(reading.lane, this);
    close(reading.cursor);
  }

  private void discardWaiting() {
    Outgoing outgoing;
    while ((outgoing = waiting.poll()) != null) {
      if (outgoing instanceof Outgoing.Attach attach) {
        close(attach.cursor());
      }
    }
  }

  /** Gives a place back, on this very thread if the server is stopping: else its feed stays. */
  private void close(FeedCursor cursor) {
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
      log.debug("the server is stopping, and this session with it");
    }
  }

  /** False if that thread has ended, and with it this session and its like. */
  private boolean onIoThread(Runnable task) {
    try {
      connection.ioThread().execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
