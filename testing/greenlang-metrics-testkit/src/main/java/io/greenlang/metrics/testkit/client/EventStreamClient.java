package io.greenlang.metrics.testkit.client;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.testkit.tls.ClientContexts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of server-sent events on the JDK's HTTP client, which knows nothing of this server. It
 * reads only when a test asks for an event, so that it can be slow. Every read times out after 60
 * s.
 */
public final class EventStreamClient implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /**
   * A received event.
   *
   * @param type the value of {@code event}, or {@code message}
   * @param id the value of {@code id}; null if the event has none
   * @param data the value of {@code data}, or the text of a comment with the type {@code comment}
   */
  public record Event(String type, @Nullable String id, String data) {

    /** Returns the event as a message of a WebSocket. */
    public ReceivedMessage message() {
      return ReceivedMessage.read(Encoding.JSON, data.getBytes(StandardCharsets.UTF_8));
    }
  }

  private final HttpResponse<InputStream> response;
  private final BufferedReader input;
  private @Nullable String lastId;
  private long retryMillis = -1;

  private EventStreamClient(HttpResponse<InputStream> response) {
    this.response = response;
    this.input =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8), 512);
  }

  /**
   * Sends a request, and returns when the head of the response has arrived.
   *
   * @param headers names and values in turn
   */
  public static EventStreamClient open(URI url, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(TIMEOUT);
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(ClientContexts.trustingAll())
            .build();
    try {
      return new EventStreamClient(
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Returns the HTTP status. */
  public int status() {
    return response.statusCode();
  }

  /** Returns the headers of the response. */
  public HttpHeaders headers() {
    return response.headers();
  }

  /** Returns the id of the latest event that had one; null if there was none. */
  public @Nullable String lastId() {
    return lastId;
  }

  /** Returns the latest value of {@code retry} in milliseconds; -1 if there was none. */
  public long retryMillis() {
    return retryMillis;
  }

  /** Returns the rest of the response as text. */
  public String body() {
    return String.join("\n", inTime(() -> input.lines().toList()));
  }

  /** Returns the next event of a type; fails if another one arrives first. */
  public Event next(String type) {
    Event event = next();
    if (event == null || !event.type().equals(type)) {
      throw new AssertionError("expected the event " + type + " but received " + event);
    }
    return event;
  }

  /** Returns the next event or comment; null at the end of the stream. */
  public @Nullable Event next() {
    return inTime(this::readEvent);
  }

  private @Nullable Event readEvent() {
    String type = "message";
    String id = null;
    List<String> data = new ArrayList<>(1);
    for (String line = readLine(); line != null; line = readLine()) {
      int colon = line.indexOf(':');
      String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
      if (line.startsWith("event:")) {
        type = value;
      } else if (line.startsWith("id:")) {
        id = value;
      } else if (line.startsWith("data:")) {
        data.add(value);
      } else if (line.startsWith("retry:")) {
        retryMillis = Long.parseLong(value);
      } else if (line.startsWith(":")) {
        type = "comment";
        data.add(value);
      } else if (!line.isEmpty()) {
        throw new AssertionError("not a line of an event: " + line);
      } else if (!data.isEmpty()) {
        lastId = id == null ? lastId : id;
        return new Event(type, id, String.join("\n", data));
      }
    }
    return null;
  }

  /** Reads on another thread, because the JDK's stream has no timeout. */
  private static <T extends @Nullable Object> T inTime(Supplier<T> read) {
    try {
      return CompletableFuture.supplyAsync(read).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing arrived within " + TIMEOUT.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new AssertionError("failed to read events", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private @Nullable String readLine() {
    try {
      return input.readLine();
    } catch (IOException e) {
      return null; // the connection was cut, which ends the stream like its end
    }
  }

  /** Cuts the connection. */
  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
