package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.Connection;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket connection of a container.
 *
 * <p>It ends at the first of these events: a callback of the container, a failed send, or a close
 * of ours that the peer does not answer. No container reports all of them reliably. Each event
 * therefore cleans up, and only the first has an effect.
 *
 * <p>Confined to the I/O thread unless a method says otherwise.
 */
final class JakartaConnection implements Connection, FrameSender.Listener {

  /**
   * The time that a peer has to receive the close frame and answer it before the connection is
   * aborted.
   */
  static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

  /** The maximum time that a peer that does not read can delay the close frame. */
  static final Duration FLUSH_GRACE = Duration.ofSeconds(1);

  /**
   * The time that the container has to close a failed session by itself, with its own close code.
   */
  private static final Duration CONTAINER_GRACE = Duration.ofSeconds(1);

  private static final int POLICY_VIOLATION = 1008;
  private static final int FORBIDDEN = 403;
  private static final Logger log = LoggerFactory.getLogger(JakartaConnection.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  private enum Phase {
    OPEN,
    CLOSING,
    CLOSED
  }

  private final JakartaRuntime runtime;
  private final Session session;
  private final Executor ioThread;
  private final String peer;
  private final FrameSender sender;

  private final ListenerEvents events = new ListenerEvents();
  private @Nullable CloseReason closeReason;

  /** True once the listener was asked for the last frames before the close frame. */
  private boolean lastFramesRequested;

  private Phase phase = Phase.OPEN;

  JakartaConnection(JakartaRuntime runtime, Session session, String peer) {
    this.runtime = runtime;
    this.session = session;
    this.peer = peer;
    this.ioThread = runtime.ioThreadFor(session);
    this.sender =
        new FrameSender(
            session.getAsyncRemote(),
            runtime.textSenders().senderFor(session),
            ioThread,
            runtime.blockingExecutor(),
            this);
  }

  /** Opens the connection when the decision is available. Thread-safe. */
  void open(CompletionStage<Admission> decision) {
    runtime.add(this);
    decision.whenComplete((admission, failure) -> onIoThread(() -> onDecision(admission, failure)));
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public Executor ioThread() {
    return ioThread;
  }

  @Override
  public boolean isWritable() {
    return phase == Phase.OPEN && !lastFramesRequested && sender.hasCapacity();
  }

  @Override
  public void write(SharedFrames frames, int from, int to, int count) {
    if (phase == Phase.OPEN) {
      sender.add(frames, from, to);
    } else {
      frames.release();
    }
  }

  @Override
  public void flush() {
    sender.flush();
  }

  @Override
  public long unsentBytes() {
    return sender.unsentBytes();
  }

  @Override
  public void close(int code, String reason) {
    CloseReason requested = closeReason(code, reason);
    onIoThread(() -> beginClose(requested));
  }

  /**
   * Closes the session within the container's callback. If the close were deferred, the container
   * would respond to the peer's next frame first, with another close code.
   */
  void closeInCallback(CloseCode code) {
    CloseReason reason = closeReason(code);
    closeNow(reason);
    onIoThread(() -> beginClose(reason));
  }

  /** Notifies the listener, in call order. Thread-safe. */
  void notifyListener(Consumer<ConnectionListener> event) {
    onIoThread(() -> events.dispatch(event));
  }

  /** Called when the container reports that the session is closed. Thread-safe. */
  void onContainerClosed() {
    onIoThread(this::end);
  }

  /** Returns whether the container still considers the session open. Thread-safe. */
  boolean isSessionOpen() {
    return session.isOpen();
  }

  /** Aborts the connection. Thread-safe. */
  void abort() {
    if (session.isOpen()) {
      SessionExtensions.abort(session);
    }
    onIoThread(this::end);
  }

  /**
   * Called when the container reports an error. Most containers then close the session by
   * themselves. Their close code is more specific, and ours must not overtake it. On some
   * containers the session could continue, but it must not. Thread-safe.
   */
  void onContainerError() {
    onIoThread(this::endAfterError);
  }

  private void endAfterError() {
    if (phase != Phase.CLOSED) {
      end();
      runtime.scheduleAbort(this);
      runtime.schedule(
          CONTAINER_GRACE, () -> closeInContainer(closeReason(CloseCode.INTERNAL_ERROR)));
    }
  }

  @Override
  public void onAllSent() {
    CloseReason reason = closeReason;
    if (reason == null) {
      events.onWritable();
    } else if (lastFramesRequested) {
      closeSession(reason);
    } else {
      // Asynchronously: a delivery in progress would only be asked to deliver again.
      onIoThread(() -> sendLastFrames(reason));
    }
  }

  /**
   * Sends the data that was waiting for the socket when the close was requested, before the close
   * frame: answers, and the metrics that a feed has at that time. It does so once; a busy feed
   * could continue forever.
   */
  private void sendLastFrames(CloseReason reason) {
    if (events.isOpen()) {
      events.onWritable();
    }
    lastFramesRequested = true;
    if (sender.isIdle()) {
      closeSession(reason);
    }
  }

  @Override
  public void onSendFailed(Throwable cause) {
    log.debug("Failed to send to {}; closing the connection", peer, cause);
    beginClose(closeReason(CloseCode.INTERNAL_ERROR));
    closeSession(closeReason(CloseCode.INTERNAL_ERROR));
    end();
  }

  private void onDecision(@Nullable Admission admission, @Nullable Throwable failure) {
    if (phase != Phase.OPEN) {
      return;
    }
    if (admission instanceof Admission.Accepted accepted) {
      events.open(accepted.opener().apply(this));
    } else if (admission instanceof Admission.Rejected rejected) {
      beginClose(
          rejected.status() == FORBIDDEN
              ? closeReason(POLICY_VIOLATION, "origin not allowed")
              : closeReason(CloseCode.TRY_AGAIN_LATER));
    } else {
      failureLog.error("Failed to authorize a handshake", failure);
      beginClose(closeReason(CloseCode.INTERNAL_ERROR));
    }
  }

  private void beginClose(CloseReason reason) {
    if (phase != Phase.OPEN || closeReason != null) {
      return;
    }
    closeReason = reason;
    runtime.scheduleAbort(this);
    if (sender.isIdle()) {
      closeSession(reason);
    } else {
      runtime.schedule(FLUSH_GRACE, () -> onIoThread(() -> closeSession(reason)));
    }
  }

  /** Passes the close frame to the container, where Tomcat may wait for the peer. */
  private void closeSession(CloseReason reason) {
    if (phase != Phase.OPEN) {
      return;
    }
    phase = Phase.CLOSING;
    if (!sender.isIdle()) {
      SessionExtensions.shortenCloseTimeout(session);
    }
    closeInContainer(reason);
  }

  /**
   * Closes the session on a thread that may block. Has no effect if the session is already closed.
   */
  private void closeInContainer(CloseReason reason) {
    try {
      runtime.blockingExecutor().execute(() -> closeNow(reason));
    } catch (RejectedExecutionException e) {
      log.debug("Transport has stopped; its sessions end");
    }
  }

  private void closeNow(CloseReason reason) {
    try {
      session.close(reason);
    } catch (IOException | RuntimeException e) {
      log.debug("Failed to send a close frame to {}", peer, e);
    }
  }

  private void end() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    sender.close();
    runtime.remove(this);
    events.end();
  }

  private void onIoThread(Runnable task) {
    try {
      ioThread.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      log.debug("I/O thread has ended; its sessions end");
    }
  }

  /**
   * Runs a task and closes the session if it fails. Otherwise the peer would wait forever, and the
   * failure would go unnoticed.
   */
  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      failureLog.error("Connection of {} failed; closing it", peer, e);
      beginClose(closeReason(CloseCode.INTERNAL_ERROR));
    }
  }

  private static CloseReason closeReason(CloseCode code) {
    return closeReason(code.code(), code.reason());
  }

  private static CloseReason closeReason(int code, String reason) {
    return new CloseReason(CloseReason.CloseCodes.getCloseCode(code), reason);
  }
}
