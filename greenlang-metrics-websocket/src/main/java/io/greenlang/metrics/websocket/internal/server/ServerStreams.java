package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.internal.sse.SseConnection;
import io.greenlang.metrics.websocket.internal.sse.StreamError;
import io.greenlang.metrics.websocket.internal.sse.StreamHeaders;
import io.greenlang.metrics.websocket.internal.sse.StreamQuery;
import io.greenlang.metrics.websocket.internal.sse.StreamRequest;
import io.greenlang.metrics.websocket.internal.sse.ThreadEvents;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.EventStreams;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The server-sent events of a running server. A request passes the same admission as a handshake.
 * Thread-safe.
 */
final class ServerStreams implements EventStreams {

  private final String path;
  private final Duration heartbeat;
  private final MetricsHub hub;
  private final OriginPolicy origins;
  private final HandshakeAdmission admission;

  /** The memory in which the streams of each I/O thread collect the parts of a write. */
  private final Map<Executor, ThreadEvents> events = new ConcurrentHashMap<>();

  ServerStreams(ServerConfig config, MetricsHub hub, HandshakeAdmission admission) {
    this.path = config.address().ssePath();
    this.heartbeat = config.heartbeatInterval();
    this.origins = config.access().origins();
    this.hub = hub;
    this.admission = admission;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Duration peerTimeout() {
    return heartbeat.multipliedBy(2);
  }

  @Override
  public HttpReply undecodableQuery() {
    return StreamHeaders.addTo(StreamError.UNDECODABLE_QUERY.toReply(), Map.of());
  }

  @Override
  public CompletionStage<Decision> admit(HttpCall request, Duration maxWait) {
    HttpReply answer = answer(request);
    if (answer != null) {
      return CompletableFuture.completedFuture(answered(request, answer));
    }
    return admission
        .admit(handshake(request), maxWait)
        .thenApply(decision -> decide(request, decision));
  }

  /** Returns the response to a request that needs no token; null if it asks for a stream. */
  private @Nullable HttpReply answer(HttpCall request) {
    if (request.method().equals("OPTIONS")) {
      return isAllowed(request)
          ? StreamHeaders.preflight()
          : StreamError.FORBIDDEN_ORIGIN.toReply();
    }
    return request.method().equals("GET")
        ? null
        : StreamError.METHOD_NOT_ALLOWED.toReply().withHeader("Allow", "GET, OPTIONS");
  }

  private static Handshake handshake(HttpCall request) {
    return new Handshake(
        request.query().getOrDefault("token", List.of()).stream().limit(2).toList(),
        request.headerValues("Authorization"),
        List.of(),
        request.headerValues("Origin"),
        request.header("Host"),
        request.address());
  }

  private Decision decide(HttpCall request, Admission decision) {
    if (decision instanceof Admission.Rejected rejected) {
      StreamError error = StreamError.ofStatus(rejected.status());
      int seconds = rejected.retryAfterSeconds();
      return answered(request, seconds > 0 ? error.toReply(seconds) : error.toReply());
    }
    try {
      StreamRequest stream = StreamQuery.read(request, hub.channels(), originHeaders(request));
      Admission.Accepted accepted = (Admission.Accepted) decision;
      return new Decision.Accepted(
          response ->
              SseConnection.open(
                  response, eventsOf(response.ioThread()), stream, accepted.opener()));
    } catch (StreamQuery.InvalidQueryException e) {
      return answered(request, e.error().toReply());
    }
  }

  private ThreadEvents eventsOf(Executor ioThread) {
    return events.computeIfAbsent(ioThread, thread -> new ThreadEvents());
  }

  private Decision answered(HttpCall request, HttpReply reply) {
    return new Decision.Answered(StreamHeaders.addTo(reply, originHeaders(request)));
  }

  /** Returns the headers that let a page of another origin read the response, if it may. */
  private Map<String, String> originHeaders(HttpCall request) {
    String origin = request.header("Origin");
    return origin != null && isAllowed(request) ? StreamHeaders.forOrigin(origin) : Map.of();
  }

  private boolean isAllowed(HttpCall request) {
    return origins.allows(request.headerValues("Origin"), request.header("Host"));
  }
}
