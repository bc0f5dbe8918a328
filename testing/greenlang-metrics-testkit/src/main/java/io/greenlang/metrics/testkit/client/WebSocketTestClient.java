package io.greenlang.metrics.testkit.client;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.testkit.tls.ClientContexts;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A client based on the JDK's WebSocket implementation, which knows nothing of this server. It
 * accepts any certificate. Received messages are queued. Thread-safe; every wait times out after 60
 * s.
 */
public final class WebSocketTestClient implements AutoCloseable {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().sslContext(ClientContexts.trustingAll()).build();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
  private final WebSocket socket;

  private record Closed(int code) {}

  private WebSocketTestClient(URI url, UnaryOperator<WebSocket.Builder> settings) {
    WebSocket.Builder builder = settings.apply(HTTP.newWebSocketBuilder());
    this.socket =
        builder
            .connectTimeout(TIMEOUT)
            .buildAsync(url, new Receiver())
            .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
            .join();
  }

  /** Connects to the server. */
  public static WebSocketTestClient connect(URI url) {
    return new WebSocketTestClient(url, builder -> builder);
  }

  /**
   * Connects with additional headers or subprotocols.
   *
   * @throws java.util.concurrent.CompletionException with the JDK's exception if the server rejects
   *     the handshake
   */
  public static WebSocketTestClient connect(URI url, UnaryOperator<WebSocket.Builder> settings) {
    return new WebSocketTestClient(url, settings);
  }

  /** Returns the subprotocol that the server selected; empty if none. */
  public String subprotocol() {
    return socket.getSubprotocol();
  }

  /** Sends a text message. */
  public void send(String text) {
    socket.sendText(text, true).orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** Sends a JSON command, converted to the given encoding. */
  public void send(String command, Encoding encoding) {
    if (encoding == Encoding.MESSAGEPACK) {
      send(ReceivedMessage.pack(command));
    } else {
      send(command);
    }
  }

  /** Sends a binary message. */
  public void send(byte[] bytes) {
    socket
        .sendBinary(ByteBuffer.wrap(bytes), true)
        .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  /** Sends a command and returns its reply: the next message of type {@code replyType}. */
  public ReceivedMessage ask(String command, String replyType) {
    send(command);
    return nextMessage(replyType);
  }

  /**
   * Returns the next message; waits for it if necessary.
   *
   * @throws AssertionError if the connection was closed instead, or no message arrived in time
   */
  public ReceivedMessage nextMessage() {
    Object next = next();
    if (next instanceof ReceivedMessage message) {
      return message;
    }
    throw new AssertionError("expected a message but received " + next);
  }

  /** Returns the next message of the given type and skips all others. */
  public ReceivedMessage nextMessage(String type) {
    ReceivedMessage message = nextMessage();
    while (!message.type().equals(type)) {
      message = nextMessage();
    }
    return message;
  }

  /** Returns the next message if it has already arrived, otherwise null. */
  public @Nullable ReceivedMessage pollMessage() {
    return received.peek() instanceof ReceivedMessage ? nextMessage() : null;
  }

  /** Waits for the close frame and returns its code; 1006 if the connection ended without one. */
  public int awaitCloseCode() {
    Object next = next();
    while (!(next instanceof Closed)) {
      next = next();
    }
    return ((Closed) next).code();
  }

  /** Aborts the connection without a closing handshake. */
  @Override
  public void close() {
    socket.abort();
  }

  private Object next() {
    try {
      Object next = received.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("received nothing within " + TIMEOUT);
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** A listener that reassembles fragmented messages and queues them. */
  private final class Receiver implements WebSocket.Listener {

    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence fragment, boolean last) {
      text.append(fragment);
      if (last) {
        byte[] payload = text.toString().getBytes(StandardCharsets.UTF_8);
        text.setLength(0);
        received.add(ReceivedMessage.read(Encoding.JSON, payload));
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer fragment, boolean last) {
      byte[] copy = new byte[fragment.remaining()];
      fragment.get(copy);
      bytes.writeBytes(copy);
      if (last) {
        received.add(ReceivedMessage.read(Encoding.MESSAGEPACK, bytes.toByteArray()));
        bytes.reset();
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
      received.add(new Closed(code));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      received.add(new Closed(1006));
    }
  }
}
