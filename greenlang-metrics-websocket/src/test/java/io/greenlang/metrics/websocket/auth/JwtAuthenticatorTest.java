package io.greenlang.metrics.websocket.auth;

import static io.greenlang.metrics.websocket.auth.ForgedTokens.GOOD_CLAIMS;
import static io.greenlang.metrics.websocket.auth.ForgedTokens.NOW;
import static io.greenlang.metrics.websocket.auth.ForgedTokens.claims;
import static io.greenlang.metrics.websocket.auth.ForgedTokens.with;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.SECRET;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.claiming;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.headed;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.CapturedLog;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtAuthenticatorTest {

  private static final long NOW_SECONDS = NOW.getEpochSecond();
  private static final MetricsClock CLOCK = new ManualClock(NOW);

  private final Authenticator authenticator = new JwtAuthenticator(SECRET, "HS256", CLOCK);

  @Test
  void authenticate_subjectAndExpiryOnly_allowsEverythingUntilExpiry() throws Exception {
    Principal principal = authenticator.authenticate(claiming(GOOD_CLAIMS));

    assertThat(principal.subject()).isEqualTo("ada");
    assertThat(principal.expiresAt()).isEqualTo(NOW.plusSeconds(3600));
    assertThat(principal.channels()).containsExactly(NamePattern.ALL);
    assertThat(principal.tags()).isEqualTo(TagFilter.ALL);
  }

  @ParameterizedTest
  @CsvSource({"HS256, HmacSHA256", "HS384, HmacSHA384", "HS512, HmacSHA512"})
  void authenticate_configuredAlgorithm_accepted(String algorithm, String mac) throws Exception {
    String token = signed("{\"alg\":\"" + algorithm + "\"}", GOOD_CLAIMS, mac, SECRET);

    Principal principal = new JwtAuthenticator(SECRET, algorithm, CLOCK).authenticate(token);

    assertThat(principal.subject()).isEqualTo("ada");
  }

  /**
   * Many issuers name their key. With a single key there is nothing to choose, so the name is
   * ignored.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"kid\":\"2025-11\"",
        "\"kid\":\"../../x\"",
        "\"jku\":\"http://127.0.0.1:1/\"",
        "\"x\":1"
      })
  void authenticate_validSignatureWithExtraHeaderFields_accepted(String extraFields)
      throws Exception {
    String token = headed("{\"alg\":\"HS256\"," + extraFields + "}", GOOD_CLAIMS);

    assertThat(authenticator.authenticate(token).subject()).isEqualTo("ada");
  }

  @Test
  void authenticate_numericSubject_becomesItsDigits() throws Exception {
    String token = claiming("{\"sub\":42,\"exp\":" + (NOW_SECONDS + 60) + "}");

    assertThat(authenticator.authenticate(token).subject()).isEqualTo("42");
  }

  @Test
  void authenticate_channelsClaim_limitsVisibleChannels() throws Exception {
    String token = claiming(with("\"channels\":[\"system.*\",\"agent.metrics\"]"));

    Principal principal = authenticator.authenticate(token);

    assertThat(principal.canSee(Channel.SYSTEM)).isTrue();
    assertThat(principal.canSee(Channel.AGENT)).isTrue();
    assertThat(principal.canSee(Channel.WORKFLOW)).isFalse();
    assertThat(principal.canSee(new Channel("system"))).isFalse();
  }

  @Test
  void authenticate_publishClaim_limitsChannelsToPublishTo() throws Exception {
    Principal principal =
        authenticator.authenticate(claiming(with("\"publish\":[\"application.*\"]")));

    assertThat(principal.canPublish(new Channel("application.metrics"))).isTrue();
    assertThat(principal.canPublish(Channel.SYSTEM)).isFalse();
    assertThat(principal.canSee(Channel.SYSTEM)).isTrue();
  }

  @Test
  void authenticate_noPublishClaim_canPublishNothing() throws Exception {
    Principal principal = authenticator.authenticate(claiming(GOOD_CLAIMS));

    assertThat(principal.publish()).isEmpty();
    assertThat(Principal.ANONYMOUS.canPublish(Channel.SYSTEM)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"application.*\"", "[1]", "[\"a*\"]", "[\"\"]", "{}"})
  void authenticate_malformedPublishClaim_rejected(String publish) {
    assertThatThrownBy(() -> authenticator.authenticate(claiming(with("\"publish\":" + publish))))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void issueForPublishing_channels_arePublishedToAndNotSeen() throws Exception {
    String token =
        new JwtIssuer(SECRET, "HS256")
            .issueForPublishing(
                "program", Duration.ofHours(1), List.of(NamePattern.parse("application.*")));

    Principal principal =
        new JwtAuthenticator(SECRET, "HS256", MetricsClock.system()).authenticate(token);

    assertThat(principal.subject()).isEqualTo("program");
    assertThat(principal.canPublish(new Channel("application.metrics"))).isTrue();
    assertThat(principal.canSee(new Channel("application.metrics"))).isFalse();
  }

  @Test
  void authenticate_emptyChannelsClaim_hidesAllChannels() throws Exception {
    Principal principal = authenticator.authenticate(claiming(with("\"channels\":[]")));

    assertThat(principal.canSee(Channel.SYSTEM)).isFalse();
  }

  @Test
  void authenticate_tagsClaim_becomesTagFilter() throws Exception {
    String token = claiming(with("\"tags\":{\"env\":\"production\",\"region\":[\"eu\",\"us\"]}"));

    TagFilter tags = authenticator.authenticate(token).tags();

    assertThat(tags.matches(Tags.of("env", "production", "region", "us", "host", "a"))).isTrue();
    assertThat(tags.matches(Tags.of("env", "staging", "region", "us"))).isFalse();
    assertThat(tags.matches(Tags.of("env", "production"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {29, 1, 0, -1})
  void authenticate_expiredWithinSkew_accepted(long secondsAgo) throws Exception {
    String token = claiming(claims(NOW_SECONDS - secondsAgo));

    assertThat(authenticator.authenticate(token).subject()).isEqualTo("ada");
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 3600})
  void authenticate_expiredBeyondSkew_rejected(long secondsAgo) {
    String token = claiming(claims(NOW_SECONDS - secondsAgo));

    assertThatThrownBy(() -> authenticator.authenticate(token))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void authenticate_notBeforeWithinSkew_accepted() throws Exception {
    String token = claiming(with("\"nbf\":" + (NOW_SECONDS + 29)));

    assertThat(authenticator.authenticate(token).subject()).isEqualTo("ada");
  }

  @Test
  void authenticate_fractionalExpiry_accepted() throws Exception {
    String token = claiming(claims((NOW_SECONDS + 3600) + ".5"));

    assertThat(authenticator.authenticate(token).subject()).isEqualTo("ada");
  }

  @Test
  void authenticate_tokenFromJwtIssuer_accepted() throws Exception {
    String token = new JwtIssuer(SECRET, "HS384").issue("ada", Duration.ofMinutes(1));

    Principal principal =
        new JwtAuthenticator(SECRET, "HS384", MetricsClock.system()).authenticate(token);

    assertThat(principal.subject()).isEqualTo("ada");
  }

  @ParameterizedTest
  @CsvSource({"HS256, 32", "HS384, 48", "HS512, 64"})
  void new_secretShorterThanHash_rejectedWithoutQuotingIt(String algorithm, int bytes) {
    String secret = "s3cret-".repeat(10).substring(0, bytes - 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JwtAuthenticator(secret, algorithm, CLOCK))
        .withMessageContaining("JWT_SECRET_KEY")
        .withMessageContaining((bytes - 1) + " bytes")
        .withMessageContaining("at least " + bytes)
        .withMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "RS256", "hs256", "", "HS1"})
  void new_unsupportedAlgorithm_rejectedByName(String algorithm) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JwtAuthenticator(SECRET, algorithm, CLOCK))
        .withMessageContaining("JWT_ALGORITHM")
        .withMessageContaining("\"" + algorithm + "\"")
        .withMessageContaining("HS256, HS384 or HS512");
  }

  @ParameterizedTest
  @CsvSource({"'\n',1", "'',0"})
  void new_secretWithLineBreak_isReported(String end, int warnings) {
    try (CapturedLog log = new CapturedLog()) {
      assertThat(new JwtAuthenticator(SECRET + end, "HS256", CLOCK)).isNotNull();
      assertThat(log.text().lines().filter(line -> line.contains("white space is part of the key")))
          .hasSize(warnings);
      assertThat(log.text()).doesNotContain(SECRET);
    }
  }

  @Test
  void secrets_additionalWithLineBreak_warningNamesItsVariable() {
    try (CapturedLog log = new CapturedLog()) {
      assertThat(JwtKeys.secrets("HS256", List.of(SECRET, SECRET + "\n"))).isNotNull();
      assertThat(log.text())
          .contains("remove it from JWT_ADDITIONAL_SECRET_KEYS")
          .doesNotContain("JWT_SECRET_KEY", SECRET);
    }
  }
}
