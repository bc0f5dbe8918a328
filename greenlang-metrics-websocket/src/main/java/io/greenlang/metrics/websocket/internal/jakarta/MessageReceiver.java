package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.websocket.transport.CloseCode;
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
 * The receiver of a session's messages, which passes them to the I/O thread.
 *
 * <p>Messages are received in fragments and assembled here. Their limits in length and time are
 * therefore the same in every container, and the container's own buffers stay small: Tomcat would
 * reserve 192 KiB per client to buffer 64 KiB of each message type.
 *
 * <p>Runs on the container's threads, one call at a time per session. It never blocks, because
 * Undertow calls it from its I/O thread.
 */
final class MessageReceiver {

  /** The maximum time between the first and the last fragment of a message. */
  private static final Duration MAX_MESSAGE_TIME = Duration.ofSeconds(10);

  /**
   * The maximum bytes of messages that wait for the I/O thread. There is no portable way to make a
   * container stop reading.
   */
  private static final int MAX_QUEUED_BYTES = 1024 * 1024;

  /** The memory that a waiting message uses in addition to its bytes. */
  private static final int MESSAGE_OVERHEAD = 64;

  private static final int PROTOCOL_ERROR = 1002;

  private final JakartaConnection connection;
  private final JakartaRuntime runtime;
  private final int maxBytes;
  private final AtomicInteger waitingBytes = new AtomicInteger();
  private final AtomicBoolean activitySignalled = new AtomicBoolean();
  private final StringBuilder text = new StringBuilder(0);
  private final ByteArrayOutputStream binary = new ByteArrayOutputStream(0);
  private @Nullable ScheduledFuture<?> deadline;
  private boolean closed;

  MessageReceiver(JakartaConnection connection, JakartaRuntime runtime) {
    this.connection = connection;
    this.runtime = runtime;
    this.maxBytes = runtime.context().maxMessageBytes();
  }

  /**
   * Registers the message handlers. Must be called in the container's onOpen, because some
   * containers lose earlier messages.
   */
  void register(Session session) {
    session.addMessageHandler(String.class, (MessageHandler.Partial<String>) this::onText);
    session.addMessageHandler(
        ByteBuffer.class, (MessageHandler.Partial<ByteBuffer>) this::onBinary);
    session.addMessageHandler(
        PongMessage.class, (MessageHandler.Whole<PongMessage>) pong -> signalActivity());
  }

  /** Ignores all further messages. */
  void stop() {
    closed = true;
    cancelDeadline();
  }

  private void onText(String fragment, boolean last) {
    // Every character takes at least one byte, so this bounds the memory before the bytes are
    // known.
    if (!fits(text.length(), fragment.length())) {
      return;
    }
    text.append(fragment);
    if (last) {
      forward(Encoding.JSON, takeText());
    } else {
      onFragment();
    }
  }

  private byte[] takeText() {
    byte[] message = text.toString().getBytes(StandardCharsets.UTF_8);
    text.setLength(0);
    text.trimToSize();
    return message;
  }

  private void onBinary(ByteBuffer fragment, boolean last) {
    if (!fits(binary.size(), fragment.remaining())) {
      return;
    }
    byte[] bytes = new byte[fragment.remaining()];
    fragment.get(bytes);
    if (last) {
      forward(Encoding.MESSAGEPACK, takeBinary(bytes));
    } else {
      binary.writeBytes(bytes);
      onFragment();
    }
  }

  private byte[] takeBinary(byte[] lastBytes) {
    if (binary.size() == 0) {
      return lastBytes;
    }
    binary.writeBytes(lastBytes);
    byte[] message = binary.toByteArray();
    binary.reset();
    return message;
  }

  private boolean fits(int bufferedLength, int addedLength) {
    if (!closed && addedLength > maxBytes - bufferedLength) {
      reject(CloseCode.MESSAGE_TOO_BIG);
    }
    return !closed;
  }

  private void forward(Encoding encoding, byte[] message) {
    cancelDeadline();
    if (!fits(0, message.length)) {
      return;
    }
    int cost = message.length + MESSAGE_OVERHEAD;
    if (waitingBytes.addAndGet(cost) > MAX_QUEUED_BYTES) {
      reject(CloseCode.TRY_AGAIN_LATER);
      return;
    }
    connection.notifyListener(
        listener -> {
          waitingBytes.addAndGet(-cost);
          listener.onMessage(encoding, message);
        });
  }

  private void onFragment() {
    signalActivity();
    if (deadline == null) {
      deadline =
          runtime.schedule(
              MAX_MESSAGE_TIME, () -> connection.close(PROTOCOL_ERROR, "a message took too long"));
    }
  }

  /**
   * Signals activity. At most one signal is pending, regardless of the number of fragments and
   * pongs.
   */
  private void signalActivity() {
    if (activitySignalled.compareAndSet(false, true)) {
      connection.notifyListener(this::notifyActivity);
    }
  }

  private void notifyActivity(ConnectionListener listener) {
    activitySignalled.set(false);
    listener.onActivity();
  }

  private void reject(CloseCode code) {
    stop();
    connection.closeInCallback(code);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }
}
