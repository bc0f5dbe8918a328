package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.transport.HttpEndpoints;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servlet of one HTTP endpoint. It admits a call before it reads the body, as the server's own
 * port does. It holds the request's thread for at most {@value #DECISION_SECONDS} s for the token,
 * {@value #BODY_SECONDS} s for the body and {@value #CALL_SECONDS} s for the answer. The bodies of
 * all such servlets take at most an eighth of the heap, and at most 32 MiB.
 */
final class HttpEndpointServlet extends HttpServlet {

  private static final long serialVersionUID = 1;
  private static final Logger log = LoggerFactory.getLogger(HttpEndpointServlet.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  private static final int DECISION_SECONDS = 5;
  private static final int BODY_SECONDS = 10;
  private static final int CALL_SECONDS = 10;
  private static final int BUFFER_BYTES = 8192;
  private static final int HEAP_SHARE = 8;
  private static final long MAX_BYTES =
      Math.min(32L << 20, Runtime.getRuntime().maxMemory() / HEAP_SHARE);

  /** The bytes that the bodies of current calls take or may take. */
  private static final AtomicLong reservedBytes = new AtomicLong();

  private final transient JakartaTransport transport;
  private final transient HttpEndpoint endpoint;

  HttpEndpointServlet(JakartaTransport transport, HttpEndpoint endpoint) {
    this.transport = transport;
    this.endpoint = endpoint;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    HttpReply reply = answer(request);
    if (reply.status() == HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE) {
      discard(request.getInputStream());
    }
    write(response, reply);
  }

  /**
   * Reads a body that is too long, up to twice the limit and for {@value #BODY_SECONDS} s. A
   * container resets a connection that it closes with unread bytes, and the client can lose the
   * answer (RFC 9112, section 9.6).
   */
  private void discard(InputStream input) {
    byte[] buffer = new byte[BUFFER_BYTES];
    long startNanos = System.nanoTime();
    try {
      int count = 0;
      for (long read = 0;
          count >= 0
              && read < 2L * endpoint.maxBodyBytes()
              && System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(BODY_SECONDS);
          read += count) {
        count = input.read(buffer);
      }
    } catch (IOException e) {
      log.debug("A client whose body was too long has disconnected: {}", e.getMessage());
    }
  }

  private HttpReply answer(HttpServletRequest request) {
    String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
    HttpEndpoints endpoints = transport.httpEndpoints();
    // The raw path: an encoded or decorated spelling of the path is a different path.
    String subpath = subpath(request);
    if (subpath == null) {
      return HttpReply.text(HttpServletResponse.SC_NOT_FOUND, "Not found");
    }
    if (endpoints == null) {
      return unavailable();
    }
    if (!endpoint.methods().contains(method)) {
      return HttpReply.text(HttpServletResponse.SC_METHOD_NOT_ALLOWED, "Method not allowed")
          .withHeader("Allow", String.join(", ", endpoint.methods()));
    }
    try {
      HttpCall head =
          HttpCall.of(
              method,
              request.getQueryString(),
              headers(request),
              transport.client(request).address());
      return answer(request, endpoints, head.withSubpath(subpath));
    } catch (IllegalArgumentException e) {
      return HttpReply.text(HttpServletResponse.SC_BAD_REQUEST, "The query cannot be decoded");
    }
  }

  /** Returns the path after that of the endpoint; null if the endpoint does not serve the path. */
  private @Nullable String subpath(HttpServletRequest request) {
    String uri = request.getRequestURI();
    String context = request.getContextPath();
    return uri.startsWith(context)
        ? HttpEndpoints.subpath(endpoint, uri.substring(context.length()))
        : null;
  }

  /** Returns the headers of a request. */
  static Map<String, List<String>> headers(HttpServletRequest request) {
    Map<String, List<String>> headers = new HashMap<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      headers.put(name, Collections.list(request.getHeaders(name)));
    }
    return headers;
  }

  private HttpReply answer(HttpServletRequest request, HttpEndpoints endpoints, HttpCall head) {
    HttpEndpoints.Decision decision = await(endpoints.admit(endpoint, head), DECISION_SECONDS);
    if (decision == null) {
      return unavailable();
    }
    if (decision.rejection() != null) {
      return decision.rejection();
    }
    long length = request.getContentLengthLong();
    if (length > endpoint.maxBodyBytes()) {
      return tooLong();
    }
    long reservation = length < 0 ? endpoint.maxBodyBytes() : length;
    try {
      return reservedBytes.addAndGet(reservation) > MAX_BYTES
          ? unavailable()
          : answer(request.getInputStream(), endpoints, decision.call());
    } catch (IOException e) { // the client disconnected, or the container rejects its chunks
      return HttpReply.text(HttpServletResponse.SC_BAD_REQUEST, "The body cannot be read");
    } finally {
      reservedBytes.addAndGet(-reservation);
    }
  }

  private HttpReply answer(InputStream input, HttpEndpoints endpoints, HttpCall call)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    long startNanos = System.nanoTime();
    for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
      if (body.size() + count > endpoint.maxBodyBytes()) {
        return tooLong();
      }
      body.write(buffer, 0, count);
      if (System.nanoTime() - startNanos > TimeUnit.SECONDS.toNanos(BODY_SECONDS)) {
        return HttpReply.text(HttpServletResponse.SC_REQUEST_TIMEOUT, "The body took too long");
      }
    }
    return handle(endpoints, call.withBody(body.toByteArray()));
  }

  private HttpReply handle(HttpEndpoints endpoints, HttpCall call) {
    AtomicReference<@Nullable HttpCall> waiting = new AtomicReference<>(call);
    try {
      CompletableFuture<HttpReply> reply =
          CompletableFuture.supplyAsync(
              () -> {
                HttpCall taken = waiting.getAndSet(null);
                return taken == null ? unavailable() : endpoints.handle(endpoint, taken);
              },
              endpoints.workers());
      HttpReply answer = await(reply, CALL_SECONDS);
      return answer == null ? unavailable() : answer;
    } catch (RejectedExecutionException e) { // the server is stopping
      return unavailable();
    } finally {
      waiting.set(null); // a call that still waits for a worker must not keep its body
    }
  }

  /** Returns the result of a stage, or null if it failed or is late. */
  private <T> @Nullable T await(CompletionStage<T> stage, int seconds) {
    try {
      return stage.toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      failureLog.error("HTTP endpoint {} failed", endpoint.path(), e.getCause());
    } catch (TimeoutException e) {
      failureLog.warn("HTTP endpoint {} did not answer within {} s", endpoint.path(), seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  /** Returns the answer while the server accepts no calls. */
  static HttpReply unavailable() {
    return HttpReply.text(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "Unavailable")
        .withHeader("Retry-After", "1");
  }

  private static HttpReply tooLong() {
    return HttpReply.text(
        HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, "The request body is too long");
  }

  /** Writes an answer without {@code sendError}, which would render the application's pages. */
  static void write(HttpServletResponse response, HttpReply reply) throws IOException {
    response.setStatus(reply.status());
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    reply.headers().forEach(response::setHeader);
    response.setContentLength(reply.body().length);
    response.getOutputStream().write(reply.body());
  }
}
