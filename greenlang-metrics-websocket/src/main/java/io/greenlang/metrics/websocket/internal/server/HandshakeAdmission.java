package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.websocket.internal.ratelimit.SlidingWindowLimiter;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The admission of handshakes: the limits on connections, and the check of origin and token.
 *
 * <p>If tokens are cheap to validate, only clients with a valid token wait for their turn within
 * the limit per second. Handshakes with rejected tokens cannot fill that queue, whatever their
 * number. They have a separate limit, without a queue. An application's authenticator may be slow,
 * so its handshakes wait first. Thread-safe.
 */
final class HandshakeAdmission {

  private static final int HANDSHAKE_FAILED = 503;

  private final ConnectionThrottle throttle;
  private final SlidingWindowLimiter rejections;
  private final HandshakeAuthorizer authorizer;
  private final boolean validatesFirst;
  private final Executor executor;
  private final ScheduledExecutorService timer;

  /**
   * Creates an admission.
   *
   * @param rejections limits the clients that are connected only to receive the error that their
   *     token was rejected
   * @param validatesFirst whether tokens are cheap to validate
   * @param executor validates tokens
   * @param timer measures waiting times
   */
  HandshakeAdmission(
      ConnectionThrottle throttle,
      SlidingWindowLimiter rejections,
      HandshakeAuthorizer authorizer,
      boolean validatesFirst,
      Executor executor,
      ScheduledExecutorService timer) {
    this.throttle = throttle;
    this.rejections = rejections;
    this.authorizer = authorizer;
    this.validatesFirst = validatesFirst;
    this.executor = executor;
    this.timer = timer;
  }

  /**
   * Decides on a handshake.
   *
   * @param maxWait the longest time that the handshake can wait for its turn
   */
  CompletableFuture<Admission> admit(Handshake handshake, Duration maxWait) {
    if (!validatesFirst) {
      return inTurn(
          throttle.tryAcquire(handshake.address(), maxWait),
          () -> authorize(handshake).thenApply(HandshakeAuthorizer.Verdict::admission));
    }
    Admission.Rejected rejection = throttle.tryAcquireAddress(handshake.address());
    return rejection != null
        ? CompletableFuture.completedFuture(rejection)
        : authorize(handshake).thenCompose(verdict -> admit(verdict, handshake, maxWait));
  }

  private CompletableFuture<Admission> admit(
      HandshakeAuthorizer.Verdict verdict, Handshake handshake, Duration maxWait) {
    if (verdict.authorized()) {
      return inTurn(
          throttle.tryReserve(handshake.address(), maxWait),
          () -> CompletableFuture.completedFuture(verdict.admission()));
    }
    boolean connects = verdict.admission() instanceof Admission.Accepted;
    return CompletableFuture.completedFuture(
        connects && rejections.tryReserve(Duration.ZERO) == SlidingWindowLimiter.REJECTED
            ? throttle.reject(HANDSHAKE_FAILED)
            : verdict.admission());
  }

  private CompletableFuture<Admission> inTurn(
      ConnectionThrottle.Decision decision, Supplier<CompletableFuture<Admission>> admission) {
    if (decision.rejection() != null) {
      return CompletableFuture.completedFuture(decision.rejection());
    }
    return decision.delayNanos() == 0
        ? admission.get()
        : delay(decision.delayNanos()).thenCompose(ignored -> admission.get());
  }

  /**
   * Returns a future that completes after a time, on our own timer. The JDK's shared timer thread
   * would outlive an application that is undeployed, and retain its class loader.
   */
  private CompletableFuture<@Nullable Void> delay(long nanos) {
    CompletableFuture<@Nullable Void> delayed = new CompletableFuture<>();
    try {
      timer.schedule(() -> delayed.complete(null), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      delayed.complete(null); // the server has stopped, so the handshake is rejected next
    }
    return delayed;
  }

  /**
   * Authorizes a handshake. If its keys are being read, it holds no thread until they are, and is
   * authorized once more. It counts as unfinished meanwhile, within the limits on these.
   */
  private CompletableFuture<HandshakeAuthorizer.Verdict> authorize(Handshake handshake) {
    return authorizeNow(handshake)
        .thenCompose(
            verdict ->
                verdict.keys() == null
                    ? CompletableFuture.completedFuture(verdict)
                    : verdict.keys().thenCompose(ignored -> authorizeNow(handshake)));
  }

  private CompletableFuture<HandshakeAuthorizer.Verdict> authorizeNow(Handshake handshake) {
    try {
      return CompletableFuture.supplyAsync(() -> authorizer.authorize(handshake), executor);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(
          HandshakeAuthorizer.Verdict.rejected(HANDSHAKE_FAILED));
    }
  }
}
