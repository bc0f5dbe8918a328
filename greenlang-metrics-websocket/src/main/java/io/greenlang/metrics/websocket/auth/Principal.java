package io.greenlang.metrics.websocket.auth;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is and what it may see.
 *
 * @param subject whose token it is
 * @param expiresAt when the token runs out; null for never
 * @param channels which channels it may see: any of these patterns
 * @param tags which tags a metric must have for it to be seen; the client's own filter can only
 *     narrow this
 */
public record Principal(
    String subject, @Nullable Instant expiresAt, List<NamePattern> channels, TagFilter tags) {

  /** Anybody, on a server that asks for no token: sees everything, for ever. */
  public static final Principal ANONYMOUS =
      new Principal("anonymous", null, List.of(NamePattern.ALL), TagFilter.ALL);

  /** Copies the list. */
  public Principal {
    channels = List.copyOf(channels);
  }

  /** Whether the channel is there at all, as far as this client can tell. */
  public boolean maySee(Channel channel) {
    return channels.stream().anyMatch(pattern -> pattern.matches(channel.name()));
  }
}
