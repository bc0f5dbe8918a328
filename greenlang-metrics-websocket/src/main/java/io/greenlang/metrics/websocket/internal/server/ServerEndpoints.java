package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.fetch.PendingException;
import io.greenlang.metrics.websocket.internal.session.TokenValidator;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.HttpEndpoints;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The endpoints of a running server. A call passes the same limit per address, the same policy of
 * origins and the same authenticator as a handshake. The limit per second counts calls only if an
 * application's authenticator checks their tokens, because it can be slow. Thread-safe.
 */
final class ServerEndpoints implements HttpEndpoints {

  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int INTERNAL_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  private final List<HttpEndpoint> endpoints;
  private final Access access;
  private final ServerCounters counters;
  private final Executor handshakes;
  private final Executor workers;
  private final ThrottledLog failureLog =
      new ThrottledLog(LoggerFactory.getLogger(ServerEndpoints.class));

  /**
   * The checks of a call.
   *
   * @param throttle the limits on connections
   * @param validatesFirst whether tokens are cheap to validate
   * @param origins the web pages that may call
   * @param tokens validates tokens
   */
  record Access(
      ConnectionThrottle throttle,
      boolean validatesFirst,
      OriginPolicy origins,
      TokenValidator tokens) {}

  /**
   * The outcome for one call.
   *
   * @param keys completes when the keys that verify the token have been read, so that another
   *     attempt is due; null if the decision is final
   */
  private record Verdict(Decision decision, @Nullable CompletionStage<@Nullable Void> keys) {

    static Verdict rejected(HttpCall head, HttpReply rejection) {
      return new Verdict(new Decision(head, rejection), null);
    }
  }

  /**
   * Creates the endpoints of a server.
   *
   * @param handshakes validates tokens
   * @param workers runs the endpoints
   */
  ServerEndpoints(
      List<HttpEndpoint> endpoints,
      Access access,
      ServerCounters counters,
      Executor handshakes,
      Executor workers) {
    this.endpoints = endpoints;
    this.access = access;
    this.counters = counters;
    this.handshakes = handshakes;
    this.workers = workers;
  }

  @Override
  public List<HttpEndpoint> all() {
    return endpoints;
  }

  @Override
  public Executor workers() {
    return workers;
  }

  @Override
  public CompletionStage<Decision> admit(HttpEndpoint endpoint, HttpCall head) {
    return decide(endpoint, head)
        .thenApply(
            decision -> {
              HttpReply rejection = decision.rejection();
              return rejection == null
                  ? decision
                  : new Decision(decision.call(), replace(rejection, endpoint, head));
            });
  }

  /** Returns the endpoint's form of a rejection, which stays a rejection if the endpoint fails. */
  private HttpReply replace(HttpReply rejection, HttpEndpoint endpoint, HttpCall head) {
    try {
      return Objects.requireNonNull(endpoint.rejection(head, rejection), "reply");
    } catch (RuntimeException | Error e) {
      counters.countError();
      failureLog.error("HTTP endpoint {} failed to reject a call", endpoint.path(), e);
      return rejection;
    }
  }

  private CompletionStage<Decision> decide(HttpEndpoint endpoint, HttpCall head) {
    Admission.Rejected limited = throttle(endpoint, head.address());
    if (limited != null) {
      return CompletableFuture.completedFuture(new Decision(head, rejection(limited)));
    }
    return authorize(endpoint, head).thenApply(Verdict::decision);
  }

  /**
   * Authorizes a call. If its keys are being read, it holds no thread until they are, and is
   * authorized once more.
   */
  private CompletableFuture<Verdict> authorize(HttpEndpoint endpoint, HttpCall head) {
    return authorizeNow(endpoint, head)
        .thenCompose(
            verdict ->
                verdict.keys() == null
                    ? CompletableFuture.completedFuture(verdict)
                    : verdict.keys().thenCompose(ignored -> authorizeNow(endpoint, head)));
  }

  private CompletableFuture<Verdict> authorizeNow(HttpEndpoint endpoint, HttpCall head) {
    try {
      return CompletableFuture.supplyAsync(() -> check(endpoint, head), handshakes);
    } catch (RejectedExecutionException e) { // the server is stopping
      return CompletableFuture.completedFuture(Verdict.rejected(head, unavailable()));
    }
  }

  private Admission.@Nullable Rejected throttle(HttpEndpoint endpoint, @Nullable String address) {
    return access.validatesFirst() || !endpoint.requiresToken()
        ? access.throttle().tryAcquireAddress(address)
        : access.throttle().tryAcquire(address, Duration.ZERO).rejection();
  }

  private static HttpReply rejection(Admission.Rejected limited) {
    return HttpReply.text(limited.status(), "Too many requests")
        .withHeader("Retry-After", String.valueOf(limited.retryAfterSeconds()));
  }

  private static HttpReply unavailable() {
    return HttpReply.text(UNAVAILABLE, "Unavailable").withHeader("Retry-After", "1");
  }

  private Verdict check(HttpEndpoint endpoint, HttpCall head) {
    if (!access.origins().allows(head.headerValues("Origin"), head.header("Host"))) {
      return Verdict.rejected(head, HttpReply.text(FORBIDDEN, "Forbidden origin"));
    }
    if (!endpoint.requiresToken()) {
      return new Verdict(new Decision(head, null), null);
    }
    List<String> authorizations = head.headerValues("Authorization");
    if (authorizations.size() > 1) {
      return Verdict.rejected(
          head, HttpReply.text(BAD_REQUEST, "Authorization must not be repeated"));
    }
    return authenticate(head, authorizations.isEmpty() ? null : authorizations.get(0));
  }

  private Verdict authenticate(HttpCall head, @Nullable String authorization) {
    String token = authorization == null ? null : Handshake.bearerToken(authorization);
    try {
      Principal principal = access.tokens().validate(token == null ? "" : token, head.address());
      return principal == null
          ? Verdict.rejected(head, unauthorized(token != null))
          : new Verdict(new Decision(head.withPrincipal(principal), null), null);
    } catch (PendingException e) { // not 401: the token may be valid
      return new Verdict(new Decision(head, unavailable()), e.attempt());
    } catch (IllegalStateException e) { // logged before
      return Verdict.rejected(head, unavailable());
    }
  }

  /** Returns the answer for a client without a valid token (RFC 6750, section 3). */
  private static HttpReply unauthorized(boolean presentsToken) {
    return HttpReply.text(UNAUTHORIZED, "A valid token is required")
        .withHeader(
            "WWW-Authenticate", presentsToken ? "Bearer error=\"invalid_token\"" : "Bearer");
  }

  @Override
  public HttpReply handle(HttpEndpoint endpoint, HttpCall call) {
    try {
      return Objects.requireNonNull(endpoint.handle(call), "reply");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unavailable();
    } catch (Exception | Error e) { // one call must not end the worker of all
      counters.countError();
      failureLog.error("HTTP endpoint {} failed", endpoint.path(), e);
      return HttpReply.text(INTERNAL_ERROR, "Internal error");
    }
  }
}
