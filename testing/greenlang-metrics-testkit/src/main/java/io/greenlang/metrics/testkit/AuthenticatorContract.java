package io.greenlang.metrics.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The contract suite of {@link Authenticator} implementations that require a token. It checks that
 * the authenticator accepts its own tokens, rejects everything else with {@link
 * AuthenticationException}, and never quotes the token in the exception.
 */
public abstract class AuthenticatorContract {

  private static final int THREADS = 4;
  private static final int MAX_TOKEN_LENGTH = 8 * 1024;

  /** Returns the authenticator under test. */
  protected abstract Authenticator authenticator();

  /** Returns a token that the authenticator accepts. */
  protected abstract String validToken();

  private void assertRejected(String token) {
    Throwable thrown = catchThrowable(() -> authenticator().authenticate(token));

    assertThat(thrown).isInstanceOf(AuthenticationException.class);
    if (token.length() > 8) {
      assertThat(thrown.toString()).doesNotContain(token.substring(0, 9));
    }
  }

  @Test
  void authenticate_validToken_returnsPrincipal() throws Exception {
    Principal principal = authenticator().authenticate(validToken());

    assertThat(principal.subject()).isNotBlank();
    assertThat(authenticator().authenticate(validToken())).isEqualTo(principal);
  }

  @TestFactory
  Stream<DynamicTest> authenticate_notAToken_isRejected() {
    List<String> tokens = new ArrayList<>(List.of("", " ", ".", "..", "null", "\0", "\r\n", "{}"));
    tokens.add("A".repeat(MAX_TOKEN_LENGTH));
    tokens.add(".".repeat(MAX_TOKEN_LENGTH));
    tokens.add("[".repeat(MAX_TOKEN_LENGTH));
    tokens.add("\ud800");
    tokens.add("\ud83d\udc1f".repeat(100));
    tokens.add("../../etc/passwd");
    tokens.add("' OR 1=1 --");
    tokens.add("${jndi:ldap://127.0.0.1/x}");
    tokens.add(
        Base64.getUrlEncoder().encodeToString("{\"alg\":\"none\"}".getBytes(UTF_8)) + ".e30.");
    return tokens.stream()
        .map(
            token ->
                DynamicTest.dynamicTest(
                    "token " + tokens.indexOf(token), () -> assertRejected(token)));
  }

  @Test
  void authenticate_validTokenWithExtraCharacters_isRejected() {
    for (String extra : List.of(" ", "\n", "\0", "A", ".", ",", "=", "\u00a0")) {
      assertRejected(extra + validToken());
      assertRejected(validToken() + extra);
    }
    assertRejected(validToken() + validToken());
  }

  @Test
  void authenticate_randomBytes_isRejected() {
    Random random = new Random(20251108);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      assertRejected(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
      assertRejected(new String(bytes, ISO_8859_1));
    }
  }

  @Test
  void authenticate_concurrently_eachCallReturnsItsOwnResult() throws Exception {
    Principal expected = authenticator().authenticate(validToken());
    ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    try {
      Callable<Boolean> task =
          () -> {
            for (int i = 0; i < 200; i++) {
              assertThat(authenticator().authenticate(validToken())).isEqualTo(expected);
              assertRejected("not." + i + ".atoken");
            }
            return true;
          };
      List<Future<Boolean>> results = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        results.add(executor.submit(task));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get(60, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      executor.shutdownNow();
    }
  }
}
