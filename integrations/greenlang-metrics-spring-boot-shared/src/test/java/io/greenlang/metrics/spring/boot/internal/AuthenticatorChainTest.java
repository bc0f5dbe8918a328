package io.greenlang.metrics.spring.boot.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.AuthenticationUnavailableException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;

/** Several ways to authenticate, of which one does not work for a while. */
class AuthenticatorChainTest {

  private static final Authenticator REFUSING =
      token -> {
        throw new AuthenticationException("unknown");
      };

  private static Authenticator decoder(RuntimeException failure) {
    JwtDecoder decoder =
        token -> {
          throw failure;
        };
    return new JwtDecoderAuthenticator(
        decoder, new JwtAuthenticationConverter(), new ChannelAuthorities(Map.of()));
  }

  private static Authenticator chain(Authenticator... authenticators) {
    return new AuthenticatorChain(
        Stream.of(authenticators).map(each -> new AuthenticationMethod("method", each)).toList());
  }

  @Test
  void authenticate_decoderFailsAndNextAccepts_accepts() throws Exception {
    Authenticator chain = chain(decoder(new JwtException("no route")), t -> Principal.ANONYMOUS);
    assertThat(chain.authenticate("token")).isEqualTo(Principal.ANONYMOUS);
  }

  @Test
  void authenticate_decoderFailsAndNextRefuses_isUnavailable() {
    for (RuntimeException failure :
        List.of(new JwtException("no route"), new IllegalStateException("timeout"))) {
      Authenticator chain = chain(decoder(failure), REFUSING);
      assertThatThrownBy(() -> chain.authenticate("token"))
          .isInstanceOf(AuthenticationUnavailableException.class)
          .hasMessage("the JwtDecoder failed with " + failure.getClass().getName());
    }
  }

  @Test
  void authenticate_decoderRefuses_isRefusedWithAllReasons() {
    Authenticator chain = chain(decoder(new BadJwtException("expired")), REFUSING);
    assertThatThrownBy(() -> chain.authenticate("token"))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage("method: the token is not accepted: BadJwtException: expired; method: unknown");
  }

  @Test
  void authenticate_reasonHasTextOfTheSender_isCutAndPrintable() {
    Authenticator decoder = decoder(new BadJwtException("alg \n" + "x".repeat(1000)));
    assertThatThrownBy(() -> decoder.authenticate("token"))
        .hasMessageStartingWith("the token is not accepted: BadJwtException: alg ?xxx")
        .message()
        .hasSizeLessThan(350);
  }

  @Test
  void authenticate_reasonQuotesTheToken_isLeftOut() {
    Authenticator decoder = decoder(new BadJwtException("cannot read c2lnbmF0dXJl"));
    assertThatThrownBy(() -> decoder.authenticate("aGVhZA.Y2xhaW1z.c2lnbmF0dXJl"))
        .hasMessage("the token is not accepted: BadJwtException");
  }
}
