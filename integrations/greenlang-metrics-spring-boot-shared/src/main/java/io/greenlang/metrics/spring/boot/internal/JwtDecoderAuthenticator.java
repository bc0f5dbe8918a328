package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.AuthenticationUnavailableException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.auth.TokenRestrictions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;

/**
 * An authenticator for the tokens that the application's own {@link JwtDecoder} accepts. The
 * token's authorities decide on the channels that it can see. Its claims {@code channels}, {@code
 * tags} and {@code publish} restrict it as those of any other token. Thread-safe.
 */
public final class JwtDecoderAuthenticator implements Authenticator {

  /** Less than the five seconds after which a handshake in a container is refused. */
  private static final Duration DECODER_TIMEOUT = Duration.ofSeconds(4);

  private static final int MAX_REASON_LENGTH = 256;

  private final String name;
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
    this(nameOf(decoder), decoder, converter, channels);
  }

  private JwtDecoderAuthenticator(
      String name,
      JwtDecoder decoder,
      Converter<Jwt, ? extends AbstractAuthenticationToken> converter,
      ChannelAuthorities channels) {
    this.name = name;
    this.decoder = decoder;
    this.converter = converter;
    this.channels = channels;
  }

  /**
   * Returns an authenticator for each of several reactive decoders. They wait for the decoders,
   * which worker threads may do. They are asked one after the other, so they share the time that a
   * handshake has.
   *
   * @param converter the source of a token's authorities
   */
  public static List<JwtDecoderAuthenticator> reactive(
      List<ReactiveJwtDecoder> decoders,
      Converter<Jwt, ? extends AbstractAuthenticationToken> converter,
      ChannelAuthorities channels) {
    return reactive(decoders, converter, channels, DECODER_TIMEOUT);
  }

  static List<JwtDecoderAuthenticator> reactive(
      List<ReactiveJwtDecoder> decoders,
      Converter<Jwt, ? extends AbstractAuthenticationToken> converter,
      ChannelAuthorities channels,
      Duration timeout) {
    Duration share = timeout.dividedBy(Math.max(1, decoders.size()));
    return decoders.stream()
        .map(
            each ->
                new JwtDecoderAuthenticator(
                    nameOf(each), blocking(each, share), converter, channels))
        .toList();
  }

  private static JwtDecoder blocking(ReactiveJwtDecoder decoder, Duration timeout) {
    return token -> Objects.requireNonNull(decoder.decode(token).block(timeout), "jwt");
  }

  private static String nameOf(Object decoder) {
    return decoder.getClass().getSimpleName();
  }

  /**
   * {@inheritDoc}
   *
   * @throws AuthenticationUnavailableException if the decoder fails for another reason than a bad
   *     token, such as an identity provider that does not respond
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
    TokenRestrictions claims = TokenRestrictions.of(jwt.getClaims());
    Principal reader =
        channels.principal(subject, jwt.getExpiresAt(), authentication.getAuthorities());
    return new Principal(
        subject,
        reader.expiresAt(),
        claims.restrict(reader.channels()),
        claims.tags(),
        claims.publish(),
        jwt.getId(),
        jwt.getIssuedAt());
  }

  /** Decodes a token. Like Spring Security, it takes only {@link BadJwtException} for a refusal. */
  private Jwt decode(String token) throws AuthenticationException {
    try {
      return decoder.decode(token);
    } catch (BadJwtException e) {
      throw new AuthenticationException("the token is not accepted: " + reason(e, token));
    } catch (RuntimeException e) {
      throw new AuthenticationUnavailableException(
          "the JwtDecoder failed with " + e.getClass().getName(), e);
    }
  }

  /**
   * Returns the class and the message of a refusal, for the log. The message is left out if it
   * quotes a part of the token. The sender of the token may have chosen its text. It is therefore
   * cut, and has no characters that could forge a line of the log.
   */
  private static String reason(BadJwtException refusal, String token) {
    String type = refusal.getClass().getSimpleName();
    String message = Objects.requireNonNullElse(refusal.getMessage(), "");
    if (message.isEmpty() || Stream.of(token.split("\\.", -1)).anyMatch(message::contains)) {
      return type;
    }
    String cut = message.substring(0, Math.min(message.length(), MAX_REASON_LENGTH));
    return type + ": " + cut.replaceAll("[^ -~]", "?");
  }

  /** Returns the class of the decoder, for the log. */
  @Override
  public String toString() {
    return name;
  }
}
