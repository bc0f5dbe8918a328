package io.greenlang.metrics.websocket.jakarta;

import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.websocket.protocol.CloseCode;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on a session, passed on to the I/O thread.
 *
 * <p>Messages are taken in pieces and put together here, so that their limits in length and time
 * are the same in every container, and a container's own buffers can stay small: Tomcat would
 * reserve 192 KiB for each client if it were to buffer 64 KiB of either kind.
 *
 * <p>On the container's threads, one at a time for a session; it never waits, because Undertow
 * calls from its I/O thread.
 */
final class Inbound {

  /** How long a message may take from its first piece to its last. */
  private static final Duration MESSAGE_TIME = Duration.ofSeconds(10);

  /**
   * How many bytes of messages may wait for the I/O thread. The container cannot be told portably
   * to stop reading.
   */
  private static final int MAX_WAITING_BYTES = 1024 * 1024;

  /** What a waiting message costs beside its bytes. */
  private static final int MESSAGE_OVERHEAD = 64;

  private static final int PROTOCOL_ERROR = 1002;

  private final JakartaConnection connection;
  private final JakartaRuntime runtime;
  private final int maxBytes;
  private final AtomicInteger waitingBytes = new AtomicInteger();
  private final AtomicBoolean activityNoted = new AtomicBoolean();
  private final StringBuilder text = new StringBuilder(0);
  private final ByteArrayOutputStream binary = new ByteArrayOutputStream(0);
  private @Nullable ScheduledFuture<?> deadline;
  private boolean deaf;

  Inbound(JakartaConnection connection, JakartaRuntime runtime) {
    this.connection = connection;
    this.runtime = runtime;
    this.maxBytes = runtime.context().maxMessageBytes();
  }

  /** Begins to listen. In the container's onOpen: what comes before is lost on some. */
  void listen(Session session) {
    session.addMessageHandler(String.class, (MessageHandler.Partial<String>) this::onText);
    session.addMessageHandler(
        ByteBuffer.class, (MessageHandler.Partial<ByteBuffer>) this::onBinary);
    session.addMessageHandler(
        PongMessage.class, (MessageHandler.Whole<PongMessage>) pong -> noteActivity());
  }

  /** Nothing comes any more. */
  void end() {
    deaf = true;
    cancelDeadline();
  }

  private void onText(String piece, boolean last) {
    // No character is shorter than a byte, so this bounds the memory before the bytes are known.
    if (!fits(text.length(), piece.length())) {
      return;
    }
    text.append(piece);
    if (!last) {
      pieceCame();
      return;
    }
    byte[] message = text.toString().getBytes(StandardCharsets.UTF_8);
    text.setLength(0);
    text.trimToSize();
    pass(Encoding.JSON, message);
  }

  private void onBinary(ByteBuffer piece, boolean last) {
    if (!fits(binary.size(), piece.remaining())) {
      return;
    }
    byte[] bytes = new byte[piece.remaining()];
    piece.get(bytes);
    if (last && binary.size() == 0) {
      pass(Encoding.MESSAGEPACK, bytes);
      return;
    }
    binary.writeBytes(bytes);
    if (last) {
      byte[] message = binary.toByteArray();
      binary.reset();
      pass(Encoding.MESSAGEPACK, message);
    } else {
      pieceCame();
    }
  }

  private boolean fits(int before, int more) {
    if (!deaf && more > maxBytes - before) {
      refuse(CloseCode.MESSAGE_TOO_BIG);
    }
    return !deaf;
  }

  private void pass(Encoding encoding, byte[] message) {
    cancelDeadline();
    if (!fits(0, message.length)) {
      return;
    }
    int cost = message.length + MESSAGE_OVERHEAD;
    if (waitingBytes.addAndGet(cost) > MAX_WAITING_BYTES) {
      refuse(CloseCode.TRY_AGAIN_LATER);
      return;
    }
    connection.tell(
        listener -> {
          waitingBytes.addAndGet(-cost);
          listener.onMessage(encoding, message);
        });
  }

  private void pieceCame() {
    noteActivity();
    if (deadline == null) {
      deadline =
          runtime.after(
              MESSAGE_TIME, () -> connection.close(PROTOCOL_ERROR, "a message took too long"));
    }
  }

  /** At most one note waits, however many pieces and pongs come. */
  private void noteActivity() {
    if (activityNoted.compareAndSet(false, true)) {
      connection.tell(this::tellActivity);
    }
  }

  private void tellActivity(ConnectionListener listener) {
    activityNoted.set(false);
    listener.onActivity();
  }

  private void refuse(CloseCode code) {
    end();
    connection.closeInCallback(code);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }
}
