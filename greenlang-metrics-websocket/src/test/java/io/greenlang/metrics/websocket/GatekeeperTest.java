package io.greenlang.metrics.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.ForgedTokens;
import io.greenlang.metrics.websocket.auth.HandmadeJwt;
import io.greenlang.metrics.websocket.auth.JwtAuthenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.auth.TokenCheck;
import io.greenlang.metrics.websocket.session.ServerCounters;
import io.greenlang.metrics.websocket.session.SessionRegistry;
import io.greenlang.metrics.websocket.session.SessionSettings;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatekeeperTest {

  private static final String GOOD = HandmadeJwt.claiming(ForgedTokens.GOOD_CLAIMS);

  private final List<String> asked = new ArrayList<>();

  /** Notes the token and lets it in. */
  private Principal note(String token) {
    asked.add(token);
    return Principal.ANONYMOUS;
  }

  private static Gatekeeper gatekeeper(Authenticator authenticator) {
    TokenCheck tokens = new TokenCheck(authenticator);
    SessionRegistry sessions =
        new SessionRegistry(
            MetricsHub.create(),
            tokens,
            new SessionSettings(Duration.ofSeconds(30), 10, 0),
            Runnable::run,
            new ServerCounters());
    return new Gatekeeper(new OriginPolicy(List.of()), tokens, sessions);
  }

  private static Handshake handshake(
      List<String> queryTokens, @Nullable String authorization, List<String> subprotocols) {
    return new Handshake(queryTokens, authorization, subprotocols, List.of(), "localhost", null);
  }

  private static Handshake bearing(String token) {
    return handshake(List.of(), "Bearer " + token, List.of());
  }

  /** Lets the gatekeeper decide on a token that comes by each of the three ways. */
  private static void admitByAllWays(Gatekeeper gatekeeper, String token) {
    gatekeeper.admit(handshake(List.of(token), null, List.of()));
    gatekeeper.admit(bearing(token));
    gatekeeper.admit(handshake(List.of(), null, List.of("greenlang.v1", "bearer." + token)));
  }

  @Test
  void admit_tokenByAnyWay_isTheSameToken() {
    admitByAllWays(gatekeeper(this::note), "a.b.c");

    assertThat(asked).containsExactly("a.b.c", "a.b.c", "a.b.c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bearer x", "BEARER x", "Bearer  x "})
  void admit_bearerInAnyCase_isTheToken(String authorization) {
    gatekeeper(this::note).admit(handshake(List.of(), authorization, List.of()));

    assertThat(asked).containsExactly("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic eDp5", "x", "Bearerx", ""})
  void admit_anotherScheme_isNoToken(String authorization) {
    gatekeeper(this::note).admit(handshake(List.of(), authorization, List.of()));

    assertThat(asked).containsExactly("");
  }

  @Test
  void admit_moreThanOneToken_isNone() {
    Gatekeeper gatekeeper = gatekeeper(this::note);

    gatekeeper.admit(handshake(List.of("a", "a"), null, List.of()));
    gatekeeper.admit(handshake(List.of("a"), "Bearer a", List.of()));
    gatekeeper.admit(handshake(List.of("a"), null, List.of("bearer.a")));
    gatekeeper.admit(handshake(List.of(), null, List.of("bearer.a", "bearer.b")));

    assertThat(asked).containsExactly("", "", "", "");
  }

  @ParameterizedTest
  @CsvSource({"8192, true", "8193, false"})
  void admit_longToken_goesUpTo8KiB(int length, boolean passedOn) {
    gatekeeper(this::note).admit(bearing("t".repeat(length)));

    assertThat(asked).containsExactly(passedOn ? "t".repeat(length) : "");
  }

  @Test
  void admit_subprotocols_onlyTheProtocolsNameIsSelected() {
    Gatekeeper gatekeeper = gatekeeper(this::note);

    assertThat(gatekeeper.admit(handshake(List.of(), null, List.of("bearer.t", "greenlang.v1"))))
        .isInstanceOfSatisfying(
            Admission.Opened.class, e -> assertThat(e.subprotocol()).isEqualTo("greenlang.v1"));
    assertThat(gatekeeper.admit(handshake(List.of(), null, List.of("bearer.t"))))
        .isInstanceOfSatisfying(Admission.Opened.class, e -> assertThat(e.subprotocol()).isNull());
  }

  @Test
  void admit_wrongOrigin_isForbiddenAndItsTokenNotLookedAt() {
    Admission admission =
        gatekeeper(this::note)
            .admit(
                new Handshake(
                    List.of("t"), null, List.of(), List.of("https://evil.com"), "localhost", null));

    assertThat(admission).isEqualTo(new Admission.Refused(403));
    assertThat(asked).isEmpty();
  }

  @Test
  void admit_forgedByHeader_getsTheStatus401() {
    Gatekeeper gatekeeper =
        gatekeeper(
            new JwtAuthenticator(HandmadeJwt.SECRET, "HS256", new FixedClock(ForgedTokens.NOW)));

    assertThat(gatekeeper.admit(bearing(GOOD))).isInstanceOf(Admission.Opened.class);
    ForgedTokens.all()
        .forEach(
            (name, token) ->
                assertThat(gatekeeper.admit(bearing(token)))
                    .as(name)
                    .isEqualTo(new Admission.Refused(401)));
  }

  @Test
  void admit_forgedOrGoodByAnyWay_neverInTheLog() {
    Gatekeeper gatekeeper =
        gatekeeper(
            new JwtAuthenticator(HandmadeJwt.SECRET, "HS256", new FixedClock(ForgedTokens.NOW)));
    try (CapturedLog log = new CapturedLog()) {
      admitByAllWays(gatekeeper, GOOD);
      ForgedTokens.all().values().forEach(token -> admitByAllWays(gatekeeper, token));

      assertThat(log.text()).contains("client refused: the token is not accepted");
      assertNothingOf(GOOD, log);
      ForgedTokens.all().values().forEach(token -> assertNothingOf(token, log));
    }
  }

  private static void assertNothingOf(String token, CapturedLog log) {
    for (String part : token.split("\\.", -1)) {
      if (part.length() > 8) {
        assertThat(log.text()).doesNotContain(part.substring(0, 9));
      }
    }
  }

  @Test
  void admit_authenticatorThatFails_refusesAndDoesNotQuoteIt() {
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
        Admission admission = gatekeeper(authenticator).admit(bearing("secret-token"));

        assertThat(admission).isEqualTo(new Admission.Refused(401));
        assertThat(log.text()).contains("the authenticator failed").doesNotContain("secret-token");
      }
    }
  }

  @Test
  void admit_refusedWithoutHeader_isLetInToBeTold() {
    Gatekeeper gatekeeper =
        gatekeeper(
            token -> {
              throw new AuthenticationException("nobody");
            });

    assertThat(gatekeeper.admit(handshake(List.of("t"), null, List.of())))
        .isInstanceOf(Admission.Opened.class);
  }

  @Test
  void toString_handshake_hidesTheToken() {
    Handshake handshake = handshake(List.of(GOOD), "Bearer " + GOOD, List.of("bearer." + GOOD));

    assertThat(handshake.toString()).doesNotContain(GOOD);
  }
}
