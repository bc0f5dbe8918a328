package io.greenlang.metrics.websocket.auth;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a client, and the channels and metrics that it can see.
 *
 * @param subject the user or program that the token identifies
 * @param expiresAt the time at which the token expires; null if it does not expire
 * @param channels the visible channels: those that match at least one of these patterns
 * @param tags the tags that a metric must have to be visible; a client's own filter can only narrow
 *     this
 */
public record Principal(
    String subject, @Nullable Instant expiresAt, List<NamePattern> channels, TagFilter tags) {

  /**
   * The principal of all clients on a server without tokens: sees everything and does not expire.
   */
  public static final Principal ANONYMOUS =
      new Principal("anonymous", null, List.of(NamePattern.ALL), TagFilter.ALL);

  /** Copies the list of patterns. */
  public Principal {
    channels = List.copyOf(channels);
  }

  /**
   * Returns whether this client can see the channel. To the client, a channel that it cannot see
   * does not exist.
   */
  public boolean canSee(Channel channel) {
    return channels.stream().anyMatch(pattern -> pattern.matches(channel.name()));
  }
}
