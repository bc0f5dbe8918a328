package io.greenlang.metrics.websocket.auth;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a client, the channels and metrics that it can see, and the channels to which it
 * can publish.
 *
 * @param subject the user or program that the token identifies
 * @param expiresAt the time at which the token expires; null if it does not expire
 * @param channels the visible channels: those that match at least one of these patterns
 * @param tags the tags that a metric must have to be visible; a client's own filter can only narrow
 *     this
 * @param publish the channels to which the client can publish over HTTP: those that match at least
 *     one of these patterns. A client that only reads has none
 * @param tokenId the identifier of the token (claim {@code jti}), by which it can be revoked; null
 *     if it has none
 * @param issuedAt the time at which the token was issued (claim {@code iat}); null if unknown. A
 *     revocation of the subject then affects the token whenever it was issued
 */
public record Principal(
    String subject,
    @Nullable Instant expiresAt,
    List<NamePattern> channels,
    TagFilter tags,
    List<NamePattern> publish,
    @Nullable String tokenId,
    @Nullable Instant issuedAt) {

  /**
   * The principal of all clients on a server without tokens: sees everything, publishes nothing and
   * does not expire.
   */
  public static final Principal ANONYMOUS =
      new Principal("anonymous", null, List.of(NamePattern.ALL), TagFilter.ALL);

  /** Copies the lists of patterns. */
  public Principal {
    channels = List.copyOf(channels);
    publish = List.copyOf(publish);
  }

  /** Creates the principal of a token without identifier and time; see {@link #Principal}. */
  public Principal(
      String subject,
      @Nullable Instant expiresAt,
      List<NamePattern> channels,
      TagFilter tags,
      List<NamePattern> publish) {
    this(subject, expiresAt, channels, tags, publish, null, null);
  }

  /** Creates the principal of a client that cannot publish; see {@link #Principal}. */
  public Principal(
      String subject, @Nullable Instant expiresAt, List<NamePattern> channels, TagFilter tags) {
    this(subject, expiresAt, channels, tags, List.of());
  }

  /**
   * Returns whether this client can see the channel. To the client, a channel that it cannot see
   * does not exist.
   */
  public boolean canSee(Channel channel) {
    return channels.stream().anyMatch(pattern -> pattern.matches(channel.name()));
  }

  /** Returns whether this client can publish to the channel. */
  public boolean canPublish(Channel channel) {
    return publish.stream().anyMatch(pattern -> pattern.matches(channel.name()));
  }
}
