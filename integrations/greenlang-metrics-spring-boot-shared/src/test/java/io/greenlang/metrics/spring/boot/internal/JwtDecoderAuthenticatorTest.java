package io.greenlang.metrics.spring.boot.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.AuthenticationUnavailableException;
import io.greenlang.metrics.websocket.auth.Principal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import reactor.core.publisher.Mono;

/**
 * The claims that restrict a token which the application's decoder accepts, and reactive decoders.
 */
class JwtDecoderAuthenticatorTest {

  private static final ChannelAuthorities MAPPED =
      new ChannelAuthorities(
          Map.of("SCOPE_metrics", List.of("application.*"), "SCOPE_host", List.of("system.*")));

  private static Principal principal(Map<String, Object> claims) throws AuthenticationException {
    return new JwtDecoderAuthenticator(
            token ->
                Jwt.withTokenValue(token)
                    .header("alg", "HS256")
                    .subject("alice")
                    .claim("scope", "metrics host")
                    .claims(all -> all.putAll(claims))
                    .build(),
            new JwtAuthenticationConverter(),
            MAPPED)
        .authenticate("token");
  }

  private static List<NamePattern> patterns(String... names) {
    return Stream.of(names).map(NamePattern::parse).toList();
  }

  @Test
  void authenticate_withoutClaims_seesTheChannelsOfItsAuthorities() throws Exception {
    Principal principal = principal(Map.of());
    assertThat(principal.channels()).isEqualTo(patterns("application.*", "system.*"));
    assertThat(principal.tags()).isEqualTo(TagFilter.ALL);
    assertThat(principal.publish()).isEmpty();
  }

  @Test
  void authenticate_claimChannels_narrowsThoseOfTheAuthorities() throws Exception {
    assertThat(
            principal(Map.of("channels", List.of("application.metrics", "jvm.metrics", "system.*")))
                .channels())
        .isEqualTo(patterns("application.metrics", "system.*"));
    assertThat(principal(Map.of("channels", List.of("*"))).channels())
        .isEqualTo(patterns("application.*", "system.*"));
    assertThat(principal(Map.of("channels", List.of())).channels()).isEmpty();
  }

  @Test
  void authenticate_claimTagsAndPublish_apply() throws Exception {
    Principal principal =
        principal(
            Map.of("tags", Map.of("region", List.of("eu", "us")), "publish", List.of("orders.*")));
    assertThat(principal.tags()).isEqualTo(TagFilter.of(Map.of("region", List.of("eu", "us"))));
    assertThat(principal.publish()).isEqualTo(patterns("orders.*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"channels", "tags", "publish"})
  void authenticate_malformedClaim_isRefused(String claim) {
    assertThatThrownBy(() -> principal(Map.of(claim, 7)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("malformed");
  }

  /** A decoder whose identity provider does not respond. */
  private static final class Unreachable implements ReactiveJwtDecoder {

    @Override
    public Mono<Jwt> decode(String token) {
      return Mono.never();
    }
  }

  private static List<JwtDecoderAuthenticator> unreachable(int decoders, Duration timeout) {
    return JwtDecoderAuthenticator.reactive(
        Collections.nCopies(decoders, new Unreachable()),
        new JwtAuthenticationConverter(),
        MAPPED,
        timeout);
  }

  @Test
  void toString_reactiveDecoder_isItsClass() {
    assertThat(unreachable(1, Duration.ofSeconds(1))).singleElement().hasToString("Unreachable");
  }

  /** Each with the whole time would take 300 seconds. */
  @Test
  @Timeout(150)
  void authenticate_reactiveDecodersDoNotRespond_shareTheTime() {
    for (JwtDecoderAuthenticator each : unreachable(100, Duration.ofSeconds(3))) {
      assertThatThrownBy(() -> each.authenticate("token"))
          .isInstanceOf(AuthenticationUnavailableException.class);
    }
  }
}
