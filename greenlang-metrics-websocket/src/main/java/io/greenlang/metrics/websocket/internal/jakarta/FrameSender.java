package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.websocket.internal.jakarta.utf8.FrameIterator;
import io.greenlang.metrics.websocket.internal.jakarta.utf8.Utf8TextSender;
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
 * A sender that keeps at most one send of a session in progress. It starts the next send when the
 * container reports that the last one has completed.
 *
 * <p>Beyond that, containers differ in everything about a send. A second concurrent send throws on
 * Tomcat and is queued without bound on the others. The handler runs inline on Jetty and Tyrus, on
 * its own thread on Tomcat, and either way on Undertow. There, sending again from the handler
 * overflowed the stack after 628 rounds. The container may call the handler late, twice, or never.
 * Therefore:
 *
 * <ul>
 *   <li>Each send has its own handler, which counts once.
 *   <li>The handler only signals that there is work. The thread that raises {@link #work} from zero
 *       makes sure that {@link #work()} runs; any other thread leaves the work to it. An inline
 *       handler thus makes the loop run once more, and the stack never grows.
 *   <li>Everything else happens on the I/O thread and needs no lock.
 * </ul>
 */
final class FrameSender {

  /** A listener to the outcome of sends. It is called on the I/O thread. */
  interface Listener {

    /** Called when all frames were sent. */
    void onAllSent();

    /** Called once when a frame could not be sent; no further frames will be sent. */
    void onSendFailed(Throwable cause);
  }

  private static final Logger log = LoggerFactory.getLogger(FrameSender.class);

  /** The bytes that this sender accepts before the first of them are sent. */
  private static final int MAX_BUFFERED_BYTES = 64 * 1024;

  /**
   * The maximum rounds of one {@link #work()}. If sends complete at once, a busy feed never runs
   * out. After this many rounds, the other clients of this thread get their turn, and so does a
   * close of this client.
   */
  static final int MAX_ROUNDS = 16;

  private final RemoteEndpoint.Async remote;
  private final @Nullable Utf8TextSender textSender;
  private final Executor ioThread;
  private final Executor blockingExecutor;
  private final Listener listener;

  private final AtomicInteger work = new AtomicInteger();
  private final Queue<FrameIterator> frameIterators = new ArrayDeque<>(2);
  private @Nullable Send inFlight;
  private long unsentBytes;
  private boolean ended;

  /**
   * Creates a sender with nothing to send.
   *
   * @param textSender sends UTF-8 bytes as text; null if the container cannot
   * @param blockingExecutor runs calls that block on some containers
   */
  FrameSender(
      RemoteEndpoint.Async remote,
      @Nullable Utf8TextSender textSender,
      Executor ioThread,
      Executor blockingExecutor,
      Listener listener) {
    this.remote = remote;
    this.textSender = textSender;
    this.ioThread = ioThread;
    this.blockingExecutor = blockingExecutor;
    this.listener = listener;
  }

  /** Adds frames and takes over the caller's reference to them. {@link #flush} sends them. */
  void add(SharedFrames frames, int from, int to) {
    frameIterators.add(new FrameIterator(frames, from, to));
    unsentBytes += to - from;
  }

  boolean isIdle() {
    return inFlight == null && frameIterators.isEmpty();
  }

  /** Returns whether the next {@link #flush} can send more frames. */
  boolean hasCapacity() {
    return inFlight == null && unsentBytes < MAX_BUFFERED_BYTES;
  }

  /** Returns the bytes that were added and are not reported as sent, including frame headers. */
  long unsentBytes() {
    return unsentBytes;
  }

  /** Sends the added frames, unless a send is in progress. */
  void flush() {
    if (work.getAndIncrement() == 0) {
      work();
    }
  }

  /**
   * Discards the frames that were not sent. A send in progress keeps its memory until its handler
   * is called.
   */
  void close() {
    ended = true;
    unsentBytes = 0;
    FrameIterator frameIterator;
    while ((frameIterator = frameIterators.poll()) != null) {
      frameIterator.release();
    }
  }

  /** Sends until no further work was signalled meanwhile, or other clients are due. */
  private void work() {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      int observed = work.get();
      sendAll();
      if (work.addAndGet(-observed) == 0) {
        return;
      }
    }
    scheduleWork();
  }

  private void sendAll() {
    boolean anySent = false;
    while (!ended) {
      Send previous = inFlight;
      if (previous != null && !previous.done.get()) {
        return;
      }
      if (previous != null) {
        complete(previous);
        anySent = true;
      }
      if (ended || !sendNext()) {
        break;
      }
    }
    if (anySent && !ended) {
      listener.onAllSent();
    }
  }

  /** Handles the result of a send. A failure ends this sender. */
  private void complete(Send send) {
    inFlight = null;
    unsentBytes -= send.bytes;
    Throwable failure = send.failure;
    if (failure != null) {
      close();
      listener.onSendFailed(failure);
    }
  }

  private boolean sendNext() {
    FrameIterator frameIterator = frameIterators.peek();
    if (frameIterator == null) {
      return false;
    }
    frameIterator.next();
    start(frameIterator);
    if (!frameIterator.hasNext()) {
      frameIterators.remove();
      frameIterator.release();
    }
    return true;
  }

  private void start(FrameIterator frameIterator) {
    Send send = new Send(frameIterator.frameBytes());
    inFlight = send;
    try {
      start(frameIterator, send);
    } catch (RuntimeException | Error e) {
      send.done(e); // Tomcat throws this if the session is closed
    }
  }

  private void start(FrameIterator frameIterator, Send send) {
    switch (frameIterator.opcode()) {
      case FrameIterator.TEXT -> sendText(frameIterator, send);
      case FrameIterator.BINARY -> {
        send.retain(frameIterator.frames());
        remote.sendBinary(frameIterator.payload(), send);
      }
      case FrameIterator.PING -> sendPing(frameIterator.payload(), send);
      default -> throw new IllegalStateException("unexpected opcode " + frameIterator.opcode());
    }
  }

  private void sendText(FrameIterator frameIterator, Send send) {
    if (textSender == null) {
      remote.sendText(frameIterator.text(), send);
    } else {
      send.retain(frameIterator.frames());
      textSender.send(frameIterator.payload(), send);
    }
  }

  /** Sends a ping on a thread that may block: Tomcat and Jetty have no asynchronous ping. */
  private void sendPing(ByteBuffer payload, Send send) {
    ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
    blockingExecutor.execute(
        () -> {
          try {
            remote.sendPing(copy);
            send.done(null);
          } catch (IOException | RuntimeException e) {
            send.done(e);
          }
        });
  }

  private void signalWork() {
    if (work.getAndIncrement() == 0) {
      scheduleWork();
    }
  }

  /** Schedules {@link #work()}. The work counter is above zero, and no thread is working. */
  private void scheduleWork() {
    try {
      ioThread.execute(this::work);
    } catch (RejectedExecutionException e) {
      log.debug("I/O thread has ended; its sessions end");
    }
  }

  /**
   * One frame in progress. The container may call this handler on any thread, at any time and any
   * number of times.
   */
  private final class Send implements SendHandler {

    final int bytes;
    private final AtomicBoolean reported = new AtomicBoolean();
    final AtomicBoolean done = new AtomicBoolean();
    @Nullable Throwable failure;
    private @Nullable SharedFrames retained;

    Send(int bytes) {
      this.bytes = bytes;
    }

    /** Retains memory that the container reads until the handler is called. */
    void retain(SharedFrames frames) {
      frames.retain();
      retained = frames;
    }

    @Override
    public void onResult(SendResult result) {
      if (result.isOK()) {
        done(null);
      } else {
        Throwable cause = result.getException();
        done(cause != null ? cause : new IOException("the container gave no cause"));
      }
    }

    void done(@Nullable Throwable cause) {
      if (!reported.compareAndSet(false, true)) {
        return;
      }
      SharedFrames frames = retained;
      if (frames != null) {
        frames.release();
      }
      failure = cause;
      done.set(true); // last: readers that see it also see the failure
      signalWork();
    }
  }
}
