package io.greenlang.metrics.websocket.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.CapturedLog;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.ForgedTokens;
import io.greenlang.metrics.websocket.auth.HandmadeJwt;
import io.greenlang.metrics.websocket.auth.JwtAuthenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.session.SessionContext;
import io.greenlang.metrics.websocket.internal.session.SessionRegistry;
import io.greenlang.metrics.websocket.internal.session.TokenValidator;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeAuthorizerTest {

  private static final String GOOD = HandmadeJwt.claiming(ForgedTokens.GOOD_CLAIMS);

  @AutoClose private final MetricsHub hub = MetricsHub.create();
  private final List<String> checkedTokens = new ArrayList<>();

  /** Records the token and accepts it. */
  private Principal recordToken(String token) {
    checkedTokens.add(token);
    return Principal.ANONYMOUS;
  }

  private HandshakeAuthorizer authorizer(Authenticator authenticator) {
    ServerCounters counters = new ServerCounters();
    TokenValidator tokens =
        new TokenValidator(authenticator, any -> false, MetricsClock.system(), counters);
    SessionRegistry sessions =
        new SessionRegistry(
            new SessionContext(
                hub,
                tokens,
                new SessionContext.TaskQueues(Runnable::run, Runnable::run, Runnable::run),
                counters,
                new SessionContext.Settings(Duration.ofSeconds(30), 10, 0)));
    return new HandshakeAuthorizer(new OriginPolicy(List.of()), tokens, sessions);
  }

  private static Handshake handshake(
      List<String> queryTokens, @Nullable String authorization, List<String> subprotocols) {
    return new Handshake(
        queryTokens,
        authorization == null ? List.of() : List.of(authorization),
        subprotocols,
        List.of(),
        "localhost",
        null);
  }

  private static Handshake bearing(String token) {
    return handshake(List.of(), "Bearer " + token, List.of());
  }

  /** Presents a token in each of the three ways. */
  private static void admitInEveryWay(HandshakeAuthorizer authorizer, String token) {
    authorizer.authorize(handshake(List.of(token), null, List.of()));
    authorizer.authorize(bearing(token));
    authorizer.authorize(handshake(List.of(), null, List.of("greenlang.v1", "bearer." + token)));
  }

  @Test
  void admit_tokenInEachWay_checksSameToken() {
    admitInEveryWay(authorizer(this::recordToken), "a.b.c");

    assertThat(checkedTokens).containsExactly("a.b.c", "a.b.c", "a.b.c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bearer x", "BEARER x", "Bearer  x "})
  void admit_bearerSchemeInAnyCase_extractsToken(String authorization) {
    authorizer(this::recordToken).authorize(handshake(List.of(), authorization, List.of()));

    assertThat(checkedTokens).containsExactly("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic eDp5", "x", "Bearerx", ""})
  void admit_otherScheme_checksEmptyToken(String authorization) {
    authorizer(this::recordToken).authorize(handshake(List.of(), authorization, List.of()));

    assertThat(checkedTokens).containsExactly("");
  }

  @Test
  void admit_severalTokens_checksEmptyToken() {
    HandshakeAuthorizer authorizer = authorizer(this::recordToken);

    authorizer.authorize(handshake(List.of("a", "a"), null, List.of()));
    authorizer.authorize(handshake(List.of("a"), "Bearer a", List.of()));
    authorizer.authorize(handshake(List.of("a"), null, List.of("bearer.a")));
    authorizer.authorize(handshake(List.of(), null, List.of("bearer.a", "bearer.b")));

    assertThat(checkedTokens).containsExactly("", "", "", "");
  }

  @Test
  void admit_twoAuthorizationHeaders_rejectedWith400() {
    for (String other : List.of("Bearer a", "Bearer b", "Basic eDp5")) {
      Handshake handshake =
          new Handshake(
              List.of(), List.of("Bearer a", other), List.of(), List.of(), "localhost", null);
      assertThat(authorizer(this::recordToken).authorize(handshake).admission())
          .isEqualTo(new Admission.Rejected(400));
    }
    assertThat(checkedTokens).isEmpty();
  }

  /** A browser sends the credentials of a proxy with its handshake. It cannot read a status. */
  @Test
  void admit_rejectedTokenBesideBasic_opensToSendError() {
    HandshakeAuthorizer authorizer =
        authorizer(
            token -> {
              throw new AuthenticationException("test");
            });

    assertThat(authorizer.authorize(handshake(List.of("t"), "Basic dTpw", List.of())).admission())
        .isInstanceOf(Admission.Accepted.class);
    assertThat(authorizer.authorize(handshake(List.of(), "Bearer", List.of())).admission())
        .isEqualTo(new Admission.Rejected(401));
  }

  @ParameterizedTest
  @CsvSource({"8192, true", "8193, false"})
  void admit_longToken_isPassedOnUpTo8KiB(int length, boolean isPassedOn) {
    authorizer(this::recordToken).authorize(bearing("t".repeat(length)));

    assertThat(checkedTokens).containsExactly(isPassedOn ? "t".repeat(length) : "");
  }

  @Test
  void admit_subprotocols_selectsOnlyOurProtocol() {
    HandshakeAuthorizer authorizer = authorizer(this::recordToken);

    assertThat(
            authorizer
                .authorize(handshake(List.of(), null, List.of("bearer.t", "greenlang.v1")))
                .admission())
        .isInstanceOfSatisfying(
            Admission.Accepted.class, e -> assertThat(e.subprotocol()).isEqualTo("greenlang.v1"));
    assertThat(authorizer.authorize(handshake(List.of(), null, List.of("bearer.t"))).admission())
        .isInstanceOfSatisfying(
            Admission.Accepted.class, e -> assertThat(e.subprotocol()).isNull());
  }

  @Test
  void admit_crossOrigin_rejectedWithoutCheckingToken() {
    Admission admission =
        authorizer(this::recordToken)
            .authorize(
                new Handshake(
                    List.of("t"),
                    List.of(),
                    List.of(),
                    List.of("https://evil.com"),
                    "localhost",
                    null))
            .admission();

    assertThat(admission).isEqualTo(new Admission.Rejected(403));
    assertThat(checkedTokens).isEmpty();
  }

  @Test
  void admit_forgedTokenInHeader_rejectedWith401() {
    HandshakeAuthorizer authorizer =
        authorizer(
            new JwtAuthenticator(HandmadeJwt.SECRET, "HS256", new ManualClock(ForgedTokens.NOW)));

    assertThat(authorizer.authorize(bearing(GOOD)).admission())
        .isInstanceOf(Admission.Accepted.class);
    ForgedTokens.all()
        .forEach(
            (name, token) ->
                assertThat(authorizer.authorize(bearing(token)).admission())
                    .as(name)
                    .isEqualTo(new Admission.Rejected(401)));
  }

  @Test
  void admit_forgedOrValidToken_isNeverLogged() {
    HandshakeAuthorizer authorizer =
        authorizer(
            new JwtAuthenticator(HandmadeJwt.SECRET, "HS256", new ManualClock(ForgedTokens.NOW)));
    try (CapturedLog log = new CapturedLog()) {
      admitInEveryWay(authorizer, GOOD);
      ForgedTokens.all().values().forEach(token -> admitInEveryWay(authorizer, token));

      assertThat(log.text())
          .contains(
              "Refused the token of an unknown address: the signature does not match any key for"
                  + " HS256");
      assertNotLogged(GOOD, log);
      ForgedTokens.all().values().forEach(token -> assertNotLogged(token, log));
    }
  }

  private static void assertNotLogged(String token, CapturedLog log) {
    for (String part : token.split("\\.", -1)) {
      if (part.length() > 8) {
        assertThat(log.text()).doesNotContain(part.substring(0, 9));
      }
    }
  }

  @Test
  void admit_authenticatorThrows_rejectsWithoutLoggingToken() {
    List<Authenticator> failing =
        List.of(
            token -> {
              throw new IllegalStateException("cannot parse " + token);
            },
            token -> {
              throw new StackOverflowError(token);
            });
    for (Authenticator authenticator : failing) {
      try (CapturedLog log = new CapturedLog()) {
        Admission admission =
            authorizer(authenticator).authorize(bearing("secret-token")).admission();

        assertThat(admission).isEqualTo(new Admission.Rejected(401));
        assertThat(log.text()).contains("Authenticator failed").doesNotContain("secret-token");
      }
    }
  }

  @Test
  void admit_rejectedWithoutHeader_opensToSendError() {
    HandshakeAuthorizer authorizer =
        authorizer(
            token -> {
              throw new AuthenticationException("test");
            });

    assertThat(authorizer.authorize(handshake(List.of("t"), null, List.of())).admission())
        .isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void toString_handshake_omitsToken() {
    Handshake handshake = handshake(List.of(GOOD), "Bearer " + GOOD, List.of("bearer." + GOOD));

    assertThat(handshake.toString()).doesNotContain(GOOD);
  }
}
