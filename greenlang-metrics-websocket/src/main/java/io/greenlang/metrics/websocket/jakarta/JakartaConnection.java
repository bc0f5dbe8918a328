package io.greenlang.metrics.websocket.jakarta;

import io.greenlang.metrics.feed.Frames;
import io.greenlang.metrics.websocket.protocol.CloseCode;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Connection;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket of a container.
 *
 * <p>It ends by whichever comes first of the container's callbacks, a send that fails, and a close
 * of ours that the peer does not answer. No container tells reliably of all of these, so each one
 * cleans up, and only the first counts.
 *
 * <p>Unless it says otherwise, on the I/O thread.
 */
final class JakartaConnection implements Connection, FrameSender.Events {

  /** How long a peer has to take the close frame and to answer it before it is cut off. */
  static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

  /** How long a peer that takes nothing may keep the close frame waiting. */
  private static final Duration FLUSH_GRACE = Duration.ofSeconds(1);

  /** How long the container may take to close a session by itself, with a code of its own. */
  private static final Duration CONTAINER_GRACE = Duration.ofSeconds(1);

  private static final int POLICY_VIOLATION = 1008;
  private static final int FORBIDDEN = 403;
  private static final Logger log = LoggerFactory.getLogger(JakartaConnection.class);

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

  /** What came before it was decided whether the client is let in. Null afterwards. */
  private @Nullable Queue<Consumer<ConnectionListener>> early = new ArrayDeque<>(1);

  private @Nullable ConnectionListener listener;
  private @Nullable CloseReason closeReason;

  /** Whether the listener was asked, for the last time, for what goes before the close frame. */
  private boolean lastAsked;

  private Phase phase = Phase.OPEN;

  JakartaConnection(JakartaRuntime runtime, Session session, String peer) {
    this.runtime = runtime;
    this.session = session;
    this.peer = peer;
    this.ioThread = runtime.ioThreadFor(session);
    this.sender =
        new FrameSender(
            session.getAsyncRemote(),
            runtime.readyTexts().to(session),
            ioThread,
            runtime.blocking(),
            this);
  }

  /** Begins, as soon as it is decided whether the client is let in. Any thread. */
  void open(CompletionStage<Admission> decision) {
    runtime.add(this);
    decision.whenComplete((admission, failure) -> onIoThread(() -> admitted(admission, failure)));
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
    return phase == Phase.OPEN && !lastAsked && sender.takesMore();
  }

  @Override
  public void write(Frames frames, int from, int to, int count) {
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
    CloseReason because = new CloseReason(CloseReason.CloseCodes.getCloseCode(code), reason);
    onIoThread(() -> closeNow(because));
  }

  /**
   * Closes at once, in the container's callback: left for later, what the peer sends next would be
   * answered first, by the container and with another code.
   */
  void closeInCallback(CloseCode code) {
    CloseReason reason = reason(code);
    try {
      session.close(reason);
    } catch (IOException | RuntimeException e) {
      log.debug("{} could not be told that it is closed", peer, e);
    }
    onIoThread(() -> closeNow(reason));
  }

  /** Tells the listener, in the order of the calls. Any thread. */
  void tell(Consumer<ConnectionListener> what) {
    onIoThread(
        () -> {
          if (listener != null) {
            what.accept(listener);
          } else if (early != null) {
            early.add(what); // bounded by what a client may have waiting: see Inbound
          }
        });
  }

  /** The container says that it is over. Any thread. */
  void ended() {
    onIoThread(this::end);
  }

  /** Cuts the connection. Any thread. */
  void abort() {
    if (session.isOpen()) {
      ContainerSession.abort(session);
    }
    onIoThread(this::end);
  }

  /**
   * The container says that something is wrong. It mostly closes by itself, with a code that tells
   * more than ours would, and which ours must not overtake; on some containers the session could go
   * on, and may not. Any thread.
   */
  void failed() {
    onIoThread(
        () -> {
          if (phase != Phase.CLOSED) {
            end();
            runtime.abortLater(this);
            runtime.after(CONTAINER_GRACE, () -> tellClosed(reason(CloseCode.INTERNAL_ERROR)));
          }
        });
  }

  @Override
  public void allSent() {
    CloseReason reason = closeReason;
    if (reason == null) {
      if (listener != null) {
        listener.onWritable();
      } else if (early != null) {
        early.add(ConnectionListener::onWritable); // what it sent while it began is out already
      }
    } else if (lastAsked) {
      closeSession(reason);
    } else {
      // Not in here: whoever is delivering now would only be told to do so once more.
      onIoThread(() -> sendLast(reason));
    }
  }

  /**
   * What waited for the socket when the close was asked for goes before the close frame: answers,
   * and what a feed has then. Once; a busy feed could go on for ever.
   */
  private void sendLast(CloseReason reason) {
    if (listener != null) {
      listener.onWritable();
    }
    lastAsked = true;
    if (sender.isIdle()) {
      closeSession(reason);
    }
  }

  @Override
  public void sendFailed(Throwable cause) {
    log.debug("{} takes nothing more", peer, cause);
    closeNow(reason(CloseCode.INTERNAL_ERROR));
    closeSession(reason(CloseCode.INTERNAL_ERROR));
    end();
  }

  private void admitted(@Nullable Admission admission, @Nullable Throwable failure) {
    if (phase != Phase.OPEN) {
      return;
    }
    if (admission instanceof Admission.Opened opened) {
      ConnectionListener told = opened.opener().apply(this);
      Queue<Consumer<ConnectionListener>> waiting = early;
      listener = told;
      early = null;
      if (waiting != null) {
        waiting.forEach(what -> what.accept(told));
      }
    } else if (admission instanceof Admission.Refused refused && refused.status() == FORBIDDEN) {
      closeNow(
          new CloseReason(
              CloseReason.CloseCodes.getCloseCode(POLICY_VIOLATION), "origin not allowed"));
    } else if (admission != null) {
      closeNow(reason(CloseCode.TRY_AGAIN_LATER));
    } else {
      log.error("a handshake could not be decided on", failure);
      closeNow(reason(CloseCode.INTERNAL_ERROR));
    }
  }

  private void closeNow(CloseReason reason) {
    if (phase != Phase.OPEN || closeReason != null) {
      return;
    }
    closeReason = reason;
    runtime.abortLater(this);
    if (sender.isIdle()) {
      closeSession(reason);
    } else {
      runtime.after(FLUSH_GRACE, () -> onIoThread(() -> closeSession(reason)));
    }
  }

  /** Hands the close frame to the container, where Tomcat may wait for the peer. */
  private void closeSession(CloseReason reason) {
    if (phase != Phase.OPEN) {
      return;
    }
    phase = Phase.CLOSING;
    if (!sender.isIdle()) {
      ContainerSession.expectNothing(session);
    }
    tellClosed(reason);
  }

  /** On a thread that may wait. Nothing happens if the session is closed already. */
  private void tellClosed(CloseReason reason) {
    try {
      runtime
          .blocking()
          .execute(
              () -> {
                try {
                  session.close(reason);
                } catch (IOException | RuntimeException e) {
                  log.debug("{} could not be told that it is closed", peer, e);
                }
              });
    } catch (RejectedExecutionException e) {
      log.debug("the transport has ended, and the session with it");
    }
  }

  private void end() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    early = null;
    sender.end();
    runtime.remove(this);
    ConnectionListener told = listener;
    if (told != null) {
      listener = null;
      told.onClosed();
    }
  }

  private void onIoThread(Runnable task) {
    try {
      ioThread.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      log.debug("the I/O thread has ended, and the session with it");
    }
  }

  /** Else the peer of a session that failed would wait for ever, and nobody would be told. */
  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("the connection of {} failed", peer, e);
      closeNow(reason(CloseCode.INTERNAL_ERROR));
    }
  }

  private static CloseReason reason(CloseCode code) {
    return new CloseReason(CloseReason.CloseCodes.getCloseCode(code.code()), code.reason());
  }
}
