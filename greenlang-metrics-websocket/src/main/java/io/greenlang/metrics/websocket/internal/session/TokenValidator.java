package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.AuthenticationUnavailableException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.fetch.PendingException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only path to an {@link Authenticator}, for handshakes and for tokens that replace another.
 * Whatever exception the authenticator throws, the result is a rejection. If it fails, the failure
 * is counted, and logged at most once per minute: clients can repeat it at any rate. A check may
 * block, so it must not run on an I/O thread. Thread-safe.
 */
public final class TokenValidator {

  private static final Logger log = LoggerFactory.getLogger(TokenValidator.class);
  private static final int MAX_LENGTH = 8 * 1024;

  /** RFC 6750, section 2.1. The JWT library skips invalid characters, such as NUL. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final Authenticator authenticator;
  private final Predicate<Principal> isRevoked;
  private final ServerCounters counters;
  private final ThrottledLog failureLog;

  /**
   * Creates a validator.
   *
   * @param authenticator the application's authenticator
   * @param isRevoked whether an accepted token is revoked
   * @param clock measures the minute between two log messages
   * @param counters counts the authenticator's failures as errors
   */
  public TokenValidator(
      Authenticator authenticator,
      Predicate<Principal> isRevoked,
      MetricsClock clock,
      ServerCounters counters) {
    this.authenticator = authenticator;
    this.isRevoked = isRevoked;
    this.counters = counters;
    this.failureLog = new ThrottledLog(log, clock);
  }

  /**
   * Returns the client that a token identifies, or null if the token is not accepted or is revoked.
   *
   * @param token the token that the client sent; if it is malformed, the authenticator receives the
   *     empty string
   * @param client the address or label of the client, for the log; null if it is unknown
   * @throws PendingException if the keys that verify the token are not available now, or the
   *     authenticator reports that it cannot check tokens
   * @throws IllegalStateException if the authenticator failed with an error such as an {@link
   *     OutOfMemoryError}, after which a valid token may be accepted again
   */
  public @Nullable Principal validate(String token, @Nullable String client) {
    boolean wellFormed = token.length() <= MAX_LENGTH && TOKEN.matcher(token).matches();
    try {
      Principal principal = authenticator.authenticate(wellFormed ? token : "");
      if (!isRevoked.test(principal)) {
        return principal;
      }
      logRefusal(client, "it is revoked");
    } catch (AuthenticationException e) {
      logRefusal(client, e.getMessage());
    } catch (PendingException e) {
      log.debug("Cannot check the token of {} yet: {}", name(client), e.getMessage());
      throw e;
    } catch (AuthenticationUnavailableException e) {
      counters.countError();
      failureLog.warn(
          "Authenticator cannot check tokens now: {}; clients are asked to try again",
          e.getMessage());
      throw PendingException.withoutAttempt("the authenticator cannot check tokens now");
    } catch (Exception | StackOverflowError e) { // other languages need not declare exceptions
      reportFailure(e);
    } catch (Error e) {
      // The token may be valid, so the client must not give up: its connection ends, and it
      // retries.
      reportFailure(e);
      throw new IllegalStateException("the authenticator failed with " + e.getClass().getName());
    }
    return null;
  }

  private static void logRefusal(@Nullable String client, @Nullable String reason) {
    log.debug("Refused the token of {}: {}", name(client), reason);
  }

  private static String name(@Nullable String client) {
    return client == null ? "an unknown address" : client;
  }

  /** Counts and logs a failure by its class only: its message may quote the token. */
  private void reportFailure(Throwable failure) {
    counters.countError();
    failureLog.warn("Authenticator failed with {}; client refused", failure.getClass().getName());
  }
}
