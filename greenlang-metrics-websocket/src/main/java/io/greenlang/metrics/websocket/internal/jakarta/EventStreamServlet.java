package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.internal.jakarta.sse.ServletEventStream;
import io.greenlang.metrics.websocket.transport.EventStreams;
import io.greenlang.metrics.websocket.transport.EventStreams.Decision;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/**
 * The servlet of server-sent events. It waits for the decision on the request's thread, at most
 * {@value #DECISION_SECONDS} seconds; the stream then holds no thread.
 */
final class EventStreamServlet extends HttpServlet {

  private static final long serialVersionUID = 1;
  private static final ThrottledLog failureLog =
      new ThrottledLog(LoggerFactory.getLogger(EventStreamServlet.class));

  private static final int DECISION_SECONDS = 5;

  private final transient JakartaTransport transport;

  EventStreamServlet(JakartaTransport transport) {
    this.transport = transport;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    JakartaRuntime runtime = transport.runtime();
    EventStreams streams =
        runtime != null && runtime.accepting() ? runtime.context().eventStreams() : null;
    // The raw path: an encoded or decorated spelling of the path is a different path.
    if (!request.getRequestURI().equals(request.getContextPath() + transport.ssePath())) {
      HttpEndpointServlet.write(
          response, HttpReply.text(HttpServletResponse.SC_NOT_FOUND, "Not found"));
    } else if (runtime == null || streams == null) {
      HttpEndpointServlet.write(response, HttpEndpointServlet.unavailable());
    } else {
      Decision decision = decide(request, streams);
      if (decision instanceof Decision.Answered answered) {
        HttpEndpointServlet.write(response, answered.reply());
      } else {
        open(request, response, runtime, (Decision.Accepted) decision);
      }
    }
  }

  private Decision decide(HttpServletRequest request, EventStreams streams) {
    HttpCall call;
    try {
      call =
          HttpCall.of(
              request.getMethod(),
              request.getQueryString(),
              headers(request),
              transport.client(request).address());
    } catch (IllegalArgumentException e) {
      return new Decision.Answered(streams.undecodableQuery());
    }
    try {
      return streams
          .admit(call, Duration.ZERO)
          .toCompletableFuture()
          .get(DECISION_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      failureLog.error("Failed to authorize a request for events", e.getCause());
      return new Decision.Answered(
          HttpReply.text(HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "Internal error"));
    } catch (TimeoutException e) {
      failureLog.warn("Request for events not decided within {} s", DECISION_SECONDS);
      return new Decision.Answered(HttpEndpointServlet.unavailable());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Decision.Answered(HttpEndpointServlet.unavailable());
    }
  }

  /**
   * Returns the headers. A filter of the application may add a token that is not among the names.
   */
  private static Map<String, List<String>> headers(HttpServletRequest request) {
    Map<String, List<String>> headers = HttpEndpointServlet.headers(request);
    List<String> authorizations = Collections.list(request.getHeaders("Authorization"));
    if (!authorizations.isEmpty()) {
      headers.put("Authorization", authorizations);
    }
    return headers;
  }

  private void open(
      HttpServletRequest request,
      HttpServletResponse response,
      JakartaRuntime runtime,
      Decision.Accepted accepted)
      throws IOException {
    AsyncContext async;
    try {
      async = request.startAsync(request, response);
    } catch (IllegalStateException e) {
      failureLog.error("A filter of the application lacks asyncSupported", e);
      HttpEndpointServlet.write(
          response,
          HttpReply.text(
              HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
              "A filter of the application does not support asynchronous requests"));
      return;
    }
    async.setTimeout(0); // the session checks its client
    String peer = transport.client(request).label();
    ServletEventStream stream =
        new ServletEventStream(async, peer, runtime.nextIoThread(), runtime::remove);
    runtime.add(stream);
    stream.open(accepted.opener());
  }
}
