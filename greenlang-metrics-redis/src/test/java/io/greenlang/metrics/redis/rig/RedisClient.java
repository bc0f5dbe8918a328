package io.greenlang.metrics.redis.rig;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** A client that sends one command on a separate connection, and returns a readable reply. */
final class RedisClient {

  private RedisClient() {}

  /** Sends a command to a port of 127.0.0.1; returns a text, a long, a list of such, or null. */
  static @Nullable Object command(
      int port, @Nullable String password, Duration timeout, String name, String... arguments) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder().resp2().timeoutMillis((int) timeout.toMillis());
    if (password != null) {
      config.password(password);
    }
    try (Jedis jedis = new Jedis(new HostAndPort("127.0.0.1", port), config.build())) {
      return readable(jedis.sendCommand(() -> bytes(name), arguments));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable Object readable(@Nullable Object reply) {
    if (reply instanceof byte[] text) {
      return new String(text, StandardCharsets.UTF_8);
    }
    if (reply instanceof List<?> list) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (Object element : list) {
        elements.add(readable(element));
      }
      return elements;
    }
    return reply;
  }
}
