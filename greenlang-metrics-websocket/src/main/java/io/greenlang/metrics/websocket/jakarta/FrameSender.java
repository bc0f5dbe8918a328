package io.greenlang.metrics.websocket.jakarta;

import io.greenlang.metrics.feed.Frames;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a session's frames, one at a time: the next one when the container says that the last one
 * is done.
 *
 * <p>Containers disagree on everything about a send but that. A second one while the first is under
 * way is an exception on Tomcat and an unbounded queue on the others. The handler runs inline on
 * Jetty and Tyrus, on a thread of its own on Tomcat, on either on Undertow, where sending again
 * from the handler overflowed the stack after 628 rounds. It may come late, twice, or never. So:
 *
 * <ul>
 *   <li>Each send has a handler of its own that counts once.
 *   <li>The handler only says that there is work. Whoever raises {@link #work} from zero sees that
 *       {@link #work()} runs; whoever finds it raised leaves it to the one who is at it. So an
 *       inline handler makes the loop go round once more, and the stack never grows.
 *   <li>All else happens on the I/O thread and needs no lock.
 * </ul>
 */
final class FrameSender {

  /** What becomes of the frames; on the I/O thread. */
  interface Events {

    /** Everything is out. */
    void allSent();

    /** A frame could not be sent, so no other will be. Once. */
    void sendFailed(Throwable cause);
  }

  private static final Logger log = LoggerFactory.getLogger(FrameSender.class);

  /** How much is taken before the first of it goes out. */
  private static final int GATHERED_BYTES = 64 * 1024;

  /**
   * Where sends are done at once, a busy feed has always more. After so many rounds the other
   * clients of this thread have their turn, and so has a close of this one.
   */
  static final int MAX_ROUNDS = 16;

  private final RemoteEndpoint.Async remote;
  private final @Nullable ReadyText readyText;
  private final Executor ioThread;
  private final Executor blocking;
  private final Events events;

  private final AtomicInteger work = new AtomicInteger();
  private final Queue<FrameRun> runs = new ArrayDeque<>(2);
  private @Nullable Send inFlight;
  private long unsentBytes;
  private boolean ended;

  /**
   * A sender with nothing to send.
   *
   * @param readyText sends texts without making strings of them; null if the container cannot
   * @param blocking runs what blocks on some containers
   */
  FrameSender(
      RemoteEndpoint.Async remote,
      @Nullable ReadyText readyText,
      Executor ioThread,
      Executor blocking,
      Events events) {
    this.remote = remote;
    this.readyText = readyText;
    this.ioThread = ioThread;
    this.blocking = blocking;
    this.events = events;
  }

  /** Takes frames, and a reference to them. They go out with {@link #flush}. */
  void add(Frames frames, int from, int to) {
    runs.add(new FrameRun(frames, from, to));
    unsentBytes += to - from;
  }

  boolean isIdle() {
    return inFlight == null && runs.isEmpty();
  }

  /** Whether more may go out with the next {@link #flush}. */
  boolean takesMore() {
    return inFlight == null && unsentBytes < GATHERED_BYTES;
  }

  /** Bytes taken and not yet said to be out, headers included. */
  long unsentBytes() {
    return unsentBytes;
  }

  /** Sends what was taken, if nothing is in flight. */
  void flush() {
    if (work.getAndIncrement() == 0) {
      work();
    }
  }

  /** Forgets what was taken. What is in flight keeps its memory until its handler comes. */
  void end() {
    ended = true;
    unsentBytes = 0;
    FrameRun run;
    while ((run = runs.poll()) != null) {
      run.release();
    }
  }

  /** Works until nobody has said in the meantime that there is more to do, or others are due. */
  private void work() {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      int seen = work.get();
      sendAll();
      if (work.addAndGet(-seen) == 0) {
        return;
      }
    }
    goOnLater();
  }

  private void sendAll() {
    boolean sent = false;
    while (!ended) {
      Send last = inFlight;
      if (last != null) {
        if (!last.done.get()) {
          return;
        }
        inFlight = null;
        unsentBytes -= last.bytes;
        sent = true;
        Throwable failure = last.failure;
        if (failure != null) {
          end();
          events.sendFailed(failure);
          return;
        }
      }
      if (!sendNext()) {
        break;
      }
    }
    if (sent && !ended) {
      events.allSent();
    }
  }

  private boolean sendNext() {
    FrameRun run = runs.peek();
    if (run == null) {
      return false;
    }
    run.next();
    Send send = new Send(run.frameBytes());
    inFlight = send;
    try {
      begin(run, send);
    } catch (RuntimeException e) {
      send.done(e); // Tomcat tells of a closed session in this way
    }
    if (!run.hasNext()) {
      runs.remove();
      run.release();
    }
    return true;
  }

  private void begin(FrameRun run, Send send) {
    switch (run.opcode()) {
      case FrameRun.TEXT -> text(run, send);
      case FrameRun.BINARY -> {
        send.keep(run.frames());
        remote.sendBinary(run.payload(), send);
      }
      case FrameRun.PING -> ping(run.payload(), send);
      default -> throw new IllegalStateException("no message: opcode " + run.opcode());
    }
  }

  private void text(FrameRun run, Send send) {
    if (readyText == null) {
      remote.sendText(run.text(), send);
    } else {
      send.keep(run.frames());
      readyText.send(run.payload(), send);
    }
  }

  /** On a thread that may wait: Tomcat and Jetty have no asynchronous ping. */
  private void ping(ByteBuffer payload, Send send) {
    ByteBuffer own = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
    blocking.execute(
        () -> {
          try {
            remote.sendPing(own);
            send.done(null);
          } catch (IOException | RuntimeException e) {
            send.done(e);
          }
        });
  }

  private void moreToDo() {
    if (work.getAndIncrement() == 0) {
      goOnLater();
    }
  }

  /** Work is raised, and nobody is at it. */
  private void goOnLater() {
    try {
      ioThread.execute(this::work);
    } catch (RejectedExecutionException e) {
      log.debug("the I/O thread has ended, and the session with it");
    }
  }

  /** One frame in flight. Its handler may come on any thread, at any time, any number of times. */
  private final class Send implements SendHandler {

    final int bytes;
    private final AtomicBoolean counted = new AtomicBoolean();
    final AtomicBoolean done = new AtomicBoolean();
    @Nullable Throwable failure;
    private @Nullable Frames kept;

    Send(int bytes) {
      this.bytes = bytes;
    }

    /** Keeps memory alive that the container reads until the handler comes. */
    void keep(Frames frames) {
      frames.retain();
      kept = frames;
    }

    @Override
    public void onResult(SendResult result) {
      if (result.isOK()) {
        done(null);
      } else {
        Throwable cause = result.getException();
        done(cause != null ? cause : new IOException("the container does not say why"));
      }
    }

    void done(@Nullable Throwable cause) {
      if (!counted.compareAndSet(false, true)) {
        return;
      }
      Frames frames = kept;
      if (frames != null) {
        frames.release();
      }
      failure = cause;
      done.set(true); // last: whoever sees it sees the failure
      moreToDo();
    }
  }
}
