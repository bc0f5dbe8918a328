package io.greenlang.metrics.websocket.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.greenlang.metrics.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForgedTokenTest {

  private static final String GOOD = HandmadeJwt.claiming(ForgedTokens.GOOD_CLAIMS);

  private final Authenticator authenticator =
      new JwtAuthenticator(HandmadeJwt.SECRET, "HS256", new ManualClock(ForgedTokens.NOW));

  static Stream<Map.Entry<String, String>> forgedTokens() {
    return ForgedTokens.all().entrySet().stream().map(e -> Map.entry(e.getKey(), e.getValue()));
  }

  @Test
  void authenticate_validTokenAfterForgeries_accepted() {
    assertThatCode(() -> authenticator.authenticate(GOOD)).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{index}") // otherwise JUnit shows the token as the test's name
  @MethodSource("forgedTokens")
  void authenticate_forgedToken_rejectedWithoutQuotingIt(Map.Entry<String, String> forged) {
    Throwable rejection = catchThrowable(() -> authenticator.authenticate(forged.getValue()));

    assertThat(rejection).as(forged.getKey()).isInstanceOf(AuthenticationException.class);
    assertThat(rejection).hasNoCause();
    for (String part : forged.getValue().split("\\.", -1)) {
      if (part.length() > 8) {
        assertThat(rejection.toString()).as(forged.getKey()).doesNotContain(part);
      }
    }
  }

  @Test
  void authenticate_anyHeaderOrClaimsCharacterChanged_rejected() {
    for (int i = 0; i < GOOD.lastIndexOf('.'); i++) {
      char replacement = GOOD.charAt(i) == 'A' ? 'B' : 'A';
      String changed = GOOD.substring(0, i) + replacement + GOOD.substring(i + 1);

      assertThat(catchThrowable(() -> authenticator.authenticate(changed)))
          .as(changed)
          .isInstanceOf(AuthenticationException.class);
    }
  }

  @Test
  void authenticate_truncatedAnywhere_rejected() {
    for (int length = 0; length < GOOD.length(); length++) {
      String truncated = GOOD.substring(0, length);

      assertThat(catchThrowable(() -> authenticator.authenticate(truncated)))
          .as(truncated)
          .isInstanceOf(AuthenticationException.class);
    }
  }

  @Test
  void authenticate_randomClaims_returnsPrincipalOrRejects() {
    Random random = new Random(20251108);
    List<String> unexpected = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      StringBuilder claims = new StringBuilder(ForgedTokens.GOOD_CLAIMS);
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        claims.setCharAt(random.nextInt(claims.length()), (char) (32 + random.nextInt(95)));
      }
      Throwable thrown =
          catchThrowable(() -> authenticator.authenticate(HandmadeJwt.claiming(claims.toString())));
      if (thrown != null && !(thrown instanceof AuthenticationException)) {
        unexpected.add(claims + " threw " + thrown);
      }
    }
    assertThat(unexpected).isEmpty();
  }
}
