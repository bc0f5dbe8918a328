package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.FeedCursor;
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

  private final Connection connection;
  private final DeliveryLoop loop;
  private final Executor workers;
  private final ServerCounters counters;

  private final Queue<Outgoing> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final List<Reading> readings = new ArrayList<>(4);
  private boolean delivering;
  private boolean again;
  private boolean ended;

  /** A cursor that is read for this client. */
  private static final class Reading {
    final FeedCursor cursor;
    final FeedLane lane;
    boolean catchingUp;

    /** What a step of catching up brought, until the connection takes it. */
    @Nullable CatchUpPiece piece;

    Reading(FeedCursor cursor, FeedLane lane) {
      this.cursor = cursor;
      this.lane = lane;
    }
  }

  private record CatchUpPiece(Frames frames, int from, int to, int count) {}

  Delivery(Connection connection, DeliveryLoop loop, Executor workers, ServerCounters counters) {
    this.connection = connection;
    this.loop = loop;
    this.workers = workers;
    this.counters = counters;
  }

  /** Takes something to do; false if there is too much already. Any thread. */
  boolean offer(Outgoing outgoing) {
    if (waitingCount.incrementAndGet() > MAX_WAITING && outgoing instanceof Outgoing.Message) {
      waitingCount.decrementAndGet();
      return false;
    }
    waiting.add(outgoing);
    if (!onIoThread(this::deliver)) {
      discardWaiting();
    }
    return true;
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
      progress = true;
    }
    return progress;
  }

  /** Does it, or answers false if it must wait. */
  private boolean done(Outgoing outgoing) {
    if (outgoing instanceof Outgoing.Message message) {
      write(message.frames(), 0, message.frames().bytes().capacity(), 1);
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
    reading.cursor.endsBefore(retire.successor());
    read(reading);
    return find(retire.cursor()) == null;
  }

  /** Sends the next piece of one feed; true if there was one. */
  private boolean read(Reading reading) {
    CatchUpPiece piece = reading.piece;
    if (piece != null) {
      reading.piece = null;
      write(piece.frames(), piece.from(), piece.to(), piece.count());
      return true;
    }
    if (reading.catchingUp) {
      return false;
    }
    return switch (reading.cursor.poll(this::write)) {
      case FRAMES -> true;
      case NONE -> false;
      case BEHIND -> {
        reading.catchingUp = true;
        catchUp(reading);
        yield false;
      }
      case ENDED -> {
        drop(reading);
        yield true;
      }
    };
  }

  /** Takes a step of catching up on a worker thread, because it needs the channel's lock. */
  private void catchUp(Reading reading) {
    onWorker(
        () -> {
          CatchUpPiece[] caught = new CatchUpPiece[1];
          try {
            reading.cursor.catchUp(
                (frames, from, to, count) -> caught[0] = new CatchUpPiece(frames, from, to, count));
          } catch (RuntimeException e) {
            fail(e);
            return;
          }
          onIoThread(
              () -> {
                reading.catchingUp = false;
                reading.piece = caught[0];
                deliver();
              });
        });
  }

  private void fail(RuntimeException e) {
    log.error("delivery to {} failed", connection.peer(), e);
    CloseCode fault = CloseCode.INTERNAL_ERROR;
    connection.close(fault.code(), fault.reason());
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
    readings.remove(reading);
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
      workers.execute(cursor::close);
    } catch (RejectedExecutionException e) {
      cursor.close();
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
