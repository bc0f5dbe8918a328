package io.greenlang.metrics.client.internal.connection;

import io.greenlang.metrics.client.internal.protocol.Command;
import io.greenlang.metrics.client.internal.protocol.MessageDecoder;
import io.greenlang.metrics.client.internal.protocol.MessageDecoder.Decoded;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket of the JDK. It decodes messages on the thread that reads them, and passes them to
 * the event loop. Only the event loop calls its package-private methods.
 */
final class Socket implements WebSocket.Listener {

  /** The bound of commands that wait for a server that does not read. */
  private static final int MAX_OUTGOING = 1024;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /** The events of a socket, on the event loop. */
  interface Events {
    void onMessage(Socket socket, Decoded decoded, ReadWindow.Credit credit);

    /** Called after the server's close frame. */
    void onClosed(Socket socket, int code, String reason);

    /** Called if the socket did not open, or broke. */
    void onFailure(Socket socket, Throwable failure);
  }

  private final EventLoop loop;
  private final ReadWindow window;
  private final Events events;
  private final MessageDecoder decoder = new MessageDecoder();
  private final Queue<String> outgoing = new ArrayDeque<>();
  private final LongConsumer demand = this::request;
  private final SilenceProbe silence;
  private boolean sending;
  private volatile boolean dropped;
  private volatile @Nullable WebSocket webSocket;
  private @Nullable Runnable onEnd;

  Socket(EventLoop loop, ReadWindow window, Events events) {
    this.loop = loop;
    this.window = window;
    this.events = events;
    this.silence = new SilenceProbe(loop, this::probe);
  }

  /**
   * Opens the socket.
   *
   * @throws IllegalArgumentException if the token has characters that no header can have
   */
  void open(HttpClient http, URI url, @Nullable String token, Duration timeout) {
    WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(timeout);
    if (token != null) {
      requireHeaderValue(token);
      builder.header("Authorization", "Bearer " + token);
    }
    silence.start();
    builder
        .buildAsync(url, this)
        .whenComplete(
            (opened, failure) -> {
              if (failure != null) {
                loop.execute(() -> fail(failure));
              }
            });
  }

  /** Validates the token here, because the exception of the JDK quotes it. */
  private static void requireHeaderValue(String token) {
    if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "the token is empty, or has a blank or a control character");
    }
  }

  /** Sends a command after all earlier ones. */
  void send(Command command) {
    if (outgoing.size() >= MAX_OUTGOING) {
      fail(new IllegalStateException("the server has not read " + MAX_OUTGOING + " commands"));
      return;
    }
    outgoing.add(command.toJson());
    sendNext();
  }

  /** Sends one message at a time: the JDK rejects a message while another is in progress. */
  private void sendNext() {
    WebSocket current = webSocket;
    String message = current == null || sending ? null : outgoing.poll();
    if (current == null || message == null) {
      return;
    }
    sending = true;
    current
        .sendText(message, true)
        .whenComplete((sent, failure) -> loop.execute(() -> onSent(failure)));
  }

  private void onSent(@Nullable Throwable failure) {
    sending = false;
    if (failure != null) {
      fail(failure);
    } else {
      sendNext();
    }
  }

  /** Sends an unsolicited pong, because only a write shows that the server is gone. */
  private void probe() {
    WebSocket current = webSocket;
    if (current != null) {
      current
          .sendPong(ByteBuffer.allocate(0))
          .whenComplete(
              (sent, failure) -> {
                if (failure instanceof IOException) { // not if another pong is in progress
                  loop.execute(() -> fail(failure));
                }
              });
    }
  }

  private void fail(Throwable failure) {
    if (!dropped) {
      events.onFailure(this, failure);
    }
    end();
  }

  /** Ends the connection without a closing handshake. No event follows. */
  void drop() {
    dropped = true;
    silence.stop();
    window.detach(demand);
    WebSocket current = webSocket;
    if (current != null) {
      current.abort();
    }
  }

  /**
   * Ends the connection with a closing handshake of at most one second. No event follows.
   *
   * @param whenEnded runs on the event loop afterwards
   */
  void close(Runnable whenEnded) {
    dropped = true;
    silence.stop();
    window.detach(demand);
    WebSocket current = webSocket;
    if (current == null) {
      whenEnded.run();
      return;
    }
    onEnd = whenEnded;
    loop.schedule(CLOSE_TIMEOUT, this::end);
    current
        .sendClose(WebSocket.NORMAL_CLOSURE, "")
        .whenComplete(
            (sent, failure) -> {
              if (failure != null) {
                loop.execute(this::end);
              } else {
                current.request(Long.MAX_VALUE); // reads up to the server's close frame
              }
            });
  }

  /** Completes the closing handshake, if one is in progress. */
  private void end() {
    Runnable action = onEnd;
    onEnd = null;
    if (action != null) {
      drop();
      action.run();
    }
  }

  private void request(long count) {
    WebSocket current = webSocket;
    if (current != null) {
      current.request(count);
    }
  }

  @Override
  public void onOpen(WebSocket opened) {
    webSocket = opened;
    if (dropped) {
      opened.abort();
    } else {
      window.attach(demand);
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket source, CharSequence data, boolean last) {
    deliver(source, decoder.addText(data, last));
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket source, ByteBuffer data, boolean last) {
    deliver(source, decoder.addBytes(data, last));
    return null;
  }

  private void deliver(WebSocket source, @Nullable Decoded decoded) {
    if (decoded == null) {
      source.request(1); // a part of a message is not a frame of the window
      return;
    }
    ReadWindow.Credit credit = window.acquire(demand);
    boolean accepted = !dropped && loop.execute(() -> receive(decoded, credit));
    if (!accepted) {
      credit.release();
    }
  }

  private void receive(Decoded decoded, ReadWindow.Credit credit) {
    silence.recordActivity();
    if (dropped) {
      credit.release();
    } else {
      events.onMessage(this, decoded, credit);
    }
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket source, int code, String reason) {
    loop.execute(
        () -> {
          if (!dropped) {
            events.onClosed(this, code, reason);
          }
          end();
        });
    return null;
  }

  @Override
  public void onError(WebSocket source, Throwable error) {
    loop.execute(() -> fail(error));
  }
}
