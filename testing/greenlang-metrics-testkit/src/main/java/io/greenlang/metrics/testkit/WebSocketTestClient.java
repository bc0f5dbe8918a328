package io.greenlang.metrics.testkit;

import io.greenlang.metrics.feed.Encoding;
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
 * The JDK's WebSocket client, with what it receives in a queue: a client that nobody wrote for this
 * server. Any thread; every wait ends after half a minute.
 */
public final class WebSocketTestClient implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
  private final WebSocket socket;

  private record Closed(int code) {}

  private WebSocketTestClient(URI url, UnaryOperator<WebSocket.Builder> settings) {
    WebSocket.Builder builder = settings.apply(HTTP.newWebSocketBuilder());
    this.socket =
        builder
            .connectTimeout(PATIENCE)
            .buildAsync(url, new Receiver())
            .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .join();
  }

  /** Connects. */
  public static WebSocketTestClient connect(URI url) {
    return new WebSocketTestClient(url, builder -> builder);
  }

  /**
   * Connects with headers or subprotocols.
   *
   * @throws java.util.concurrent.CompletionException with the JDK's exception if it is refused
   */
  public static WebSocketTestClient connect(URI url, UnaryOperator<WebSocket.Builder> settings) {
    return new WebSocketTestClient(url, settings);
  }

  /** The subprotocol that the server selected; empty for none. */
  public String subprotocol() {
    return socket.getSubprotocol();
  }

  /** Sends text. */
  public void send(String text) {
    socket.sendText(text, true).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** Sends a command that is written in JSON, in this encoding. */
  public void send(String command, Encoding encoding) {
    if (encoding == Encoding.MESSAGEPACK) {
      send(TransportMessage.pack(command));
    } else {
      send(command);
    }
  }

  /** Sends bytes. */
  public void send(byte[] bytes) {
    socket
        .sendBinary(ByteBuffer.wrap(bytes), true)
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  /** Sends a command and returns its answer: the next message of that type. */
  public TransportMessage ask(String command, String answerType) {
    send(command);
    return message(answerType);
  }

  /** The next message; fails if the connection was closed instead. */
  public TransportMessage message() {
    Object next = next();
    if (next instanceof TransportMessage message) {
      return message;
    }
    throw new AssertionError("instead of a message came " + next);
  }

  /** The next message of that type. */
  public TransportMessage message(String type) {
    TransportMessage message = message();
    while (!message.type().equals(type)) {
      message = message();
    }
    return message;
  }

  /** The next message if one is there already. */
  public @Nullable TransportMessage poll() {
    return received.peek() instanceof TransportMessage ? message() : null;
  }

  /** Waits until the connection is closed and returns the code; 1006 if it just ended. */
  public int closeCode() {
    Object next = next();
    while (!(next instanceof Closed)) {
      next = next();
    }
    return ((Closed) next).code();
  }

  /** Just ends the connection. */
  @Override
  public void close() {
    socket.abort();
  }

  private Object next() {
    try {
      Object next = received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing came within " + PATIENCE);
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Puts the parts of each message together. */
  private final class Receiver implements WebSocket.Listener {

    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        byte[] payload = text.toString().getBytes(StandardCharsets.UTF_8);
        text.setLength(0);
        received.add(TransportMessage.read(Encoding.JSON, payload));
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
      byte[] copy = new byte[part.remaining()];
      part.get(copy);
      bytes.writeBytes(copy);
      if (last) {
        received.add(TransportMessage.read(Encoding.MESSAGEPACK, bytes.toByteArray()));
        bytes.reset();
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      received.add(new Closed(code));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      received.add(new Closed(1006));
    }
  }
}
