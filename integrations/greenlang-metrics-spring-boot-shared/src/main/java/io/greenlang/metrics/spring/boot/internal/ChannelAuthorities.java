package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.spring.boot.MetricsConfigurationException;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Principal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.GrantedAuthority;

/**
 * The channels that an authority of Spring Security may read. Without a mapping, each authenticated
 * user may read all channels, as with the endpoints of Actuator. Thread-safe.
 */
public final class ChannelAuthorities {

  private static final Logger log = LoggerFactory.getLogger(ChannelAuthorities.class);

  private final Map<String, List<NamePattern>> patterns = new HashMap<>();

  /**
   * Creates a mapping.
   *
   * @param channels names of channels or prefixes such as {@code system.*}, by authority
   * @throws MetricsConfigurationException if one of them is malformed
   */
  public ChannelAuthorities(Map<String, List<String>> channels) {
    channels.forEach(
        (authority, names) ->
            patterns.put(authority, names.stream().map(name -> parse(authority, name)).toList()));
    if (patterns.isEmpty()) {
      log.info(
          "Every authenticated user can read all metrics; set greenlang.metrics.security.channels to"
              + " limit the channels by authority");
    }
  }

  private static NamePattern parse(String authority, String channel) {
    try {
      return NamePattern.parse(channel);
    } catch (IllegalArgumentException e) {
      throw new MetricsConfigurationException(
          "The channel \"" + channel + "\" of an authority is malformed: " + e.getMessage() + ".",
          "Change greenlang.metrics.security.channels[" + authority + "].",
          e);
    }
  }

  /**
   * Returns the client with the channels of all its authorities.
   *
   * @param expiresAt the time at which its token expires; null if it does not
   * @throws AuthenticationException if none of its authorities may read a channel
   */
  public Principal principal(
      String subject,
      @Nullable Instant expiresAt,
      Collection<? extends GrantedAuthority> authorities)
      throws AuthenticationException {
    List<NamePattern> visible = visible(authorities);
    if (visible.isEmpty()) {
      throw new AuthenticationException(
          "the authorities "
              + authorities.stream().map(GrantedAuthority::getAuthority).toList()
              + " may read no channel; greenlang.metrics.security.channels has "
              + patterns.keySet());
    }
    return new Principal(subject, expiresAt, visible, TagFilter.ALL);
  }

  private List<NamePattern> visible(Collection<? extends GrantedAuthority> authorities) {
    if (patterns.isEmpty()) {
      return List.of(NamePattern.ALL);
    }
    TreeSet<NamePattern> visible = new TreeSet<>();
    for (GrantedAuthority authority : authorities) {
      String name = authority.getAuthority();
      visible.addAll(name == null ? List.of() : patterns.getOrDefault(name, List.of()));
    }
    return List.copyOf(visible);
  }
}
