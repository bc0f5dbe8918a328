package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;

/**
 * An authenticator for the tokens that the application's own {@link JwtDecoder} accepts. The
 * token's authorities decide on the channels that it can see, and its claim {@code publish} on
 * those that it can publish to. Thread-safe.
 */
public final class JwtDecoderAuthenticator implements Authenticator {

  /** Less than the five seconds after which a handshake in a container is refused. */
  private static final Duration DECODER_TIMEOUT = Duration.ofSeconds(4);

  private final JwtDecoder decoder;
  private final Converter<Jwt, ? extends AbstractAuthenticationToken> converter;
  private final ChannelAuthorities channels;

  /**
   * Creates an authenticator.
   *
   * @param converter the source of a token's authorities
   */
  public JwtDecoderAuthenticator(
      JwtDecoder decoder,
      Converter<Jwt, ? extends AbstractAuthenticationToken> converter,
      ChannelAuthorities channels) {
    this.decoder = decoder;
    this.converter = converter;
    this.channels = channels;
  }

  /** Returns a decoder that waits for a reactive one, which worker threads may do. */
  public static JwtDecoder blocking(ReactiveJwtDecoder decoder) {
    return token -> Objects.requireNonNull(decoder.decode(token).block(DECODER_TIMEOUT), "jwt");
  }

  /**
   * {@inheritDoc}
   *
   * <p>A failure of the decoder other than a bad token, such as an identity provider that does not
   * respond, is thrown as it is. The server counts and logs it.
   */
  @Override
  public Principal authenticate(String token) throws AuthenticationException {
    if (token.isEmpty()) {
      throw new AuthenticationException("no token");
    }
    Jwt jwt = decode(token);
    @Nullable AbstractAuthenticationToken authentication = converter.convert(jwt);
    if (authentication == null || !authentication.isAuthenticated()) {
      throw new AuthenticationException("the token has no authentication");
    }
    @Nullable String subject = authentication.getName();
    if (subject == null || subject.isBlank()) {
      throw new AuthenticationException("the token has no subject");
    }
    Principal reader =
        channels.principal(subject, jwt.getExpiresAt(), authentication.getAuthorities());
    return new Principal(
        subject,
        reader.expiresAt(),
        reader.channels(),
        reader.tags(),
        publish(jwt),
        jwt.getId(),
        jwt.getIssuedAt());
  }

  /** Returns the channels of the claim {@code publish}, as for tokens of a secret. */
  private static List<NamePattern> publish(Jwt jwt) throws AuthenticationException {
    @Nullable Object claim = jwt.getClaims().get("publish");
    if (claim == null) {
      return List.of();
    }
    if (claim instanceof List<?> names && names.stream().allMatch(String.class::isInstance)) {
      try {
        return names.stream().map(name -> NamePattern.parse((String) name)).toList();
      } catch (IllegalArgumentException e) {
        throw new AuthenticationException("the claim publish is malformed");
      }
    }
    throw new AuthenticationException("the claim publish is not a list of texts");
  }

  private Jwt decode(String token) throws AuthenticationException {
    try {
      return decoder.decode(token);
    } catch (BadJwtException e) {
      throw new AuthenticationException("the token is not accepted: " + e.getClass().getName());
    }
  }
}
