package io.greenlang.metrics.redis.internal.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;

/**
 * A factory for connections. They use RESP2, because pings on subscribed connections fail in RESP3.
 * Thread-safe.
 */
public final class RedisConnectionFactory {

  private static final int MIN_MAJOR = 6;
  private static final int MIN_MINOR = 2;
  private static final Pattern VERSION = Pattern.compile("redis_version:(\\d{1,4})\\.(\\d{1,4})");

  private final JedisClientConfig servers;

  /** For sentinels without a password, as most are. */
  private final JedisClientConfig sentinelsWithoutPassword;

  private final JedisClientConfig sentinelsWithPassword;

  /**
   * Creates a factory for the servers at an address.
   *
   * @param timeout how long a connection may take to open, and each part of a reply to arrive
   */
  public RedisConnectionFactory(
      RedisUri address, @Nullable SSLSocketFactory tls, Duration timeout) {
    this.servers =
        config(address, tls, timeout)
            .user(address.user())
            .password(address.password())
            .database(address.database())
            .build();
    this.sentinelsWithoutPassword = config(address, tls, timeout).build();
    this.sentinelsWithPassword =
        address.sentinelPassword() == null
            ? servers
            : config(address, tls, timeout).password(address.sentinelPassword()).build();
  }

  private static DefaultJedisClientConfig.Builder config(
      RedisUri address, @Nullable SSLSocketFactory tls, Duration timeout) {
    int millis = (int) timeout.toMillis();
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .resp2()
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .connectionTimeoutMillis(millis)
            .socketTimeoutMillis(millis);
    if (address.tls()) {
      enableTls(config, tls);
    }
    return config;
  }

  @SuppressWarnings("deprecation") // its replacement reads trust stores from files only
  private static void enableTls(
      DefaultJedisClientConfig.Builder config, @Nullable SSLSocketFactory tls) {
    SSLParameters checked = new SSLParameters();
    checked.setEndpointIdentificationAlgorithm("HTTPS");
    config.ssl(true).sslParameters(checked);
    if (tls != null) {
      config.sslSocketFactory(tls);
    }
  }

  /**
   * Opens a connection to a server.
   *
   * @throws RedisException if the server is unreachable, rejects the login or is too old
   */
  public RedisConnection open(NodeAddress node) throws RedisException {
    RedisConnection connection = new RedisConnection(node, servers);
    try {
      requireSupportedVersion(connection);
      return connection;
    } catch (RedisException e) {
      connection.close();
      throw e;
    }
  }

  /** Opens a connection to a sentinel, first without a password. */
  RedisConnection openSentinel(NodeAddress node) throws RedisException {
    try {
      return pinged(new RedisConnection(node, sentinelsWithoutPassword));
    } catch (RedisException e) {
      if (e.kind() != RedisException.Kind.LOGIN) {
        throw e;
      }
      return pinged(new RedisConnection(node, sentinelsWithPassword));
    }
  }

  private static RedisConnection pinged(RedisConnection connection) throws RedisException {
    try {
      connection.call(RedisCommand.PING);
      return connection;
    } catch (RedisException e) {
      connection.close();
      throw e;
    }
  }

  private static void requireSupportedVersion(RedisConnection connection) throws RedisException {
    Matcher version = VERSION.matcher(serverInfo(connection));
    if (version.find()) {
      int major = Integer.parseInt(version.group(1));
      int minor = Integer.parseInt(version.group(2));
      if (major < MIN_MAJOR || (major == MIN_MAJOR && minor < MIN_MINOR)) {
        throw JedisFailures.unsupportedVersion(connection.node(), major + "." + minor);
      }
    }
  }

  private static String serverInfo(RedisConnection connection) throws RedisException {
    try {
      return Replies.text(connection.call(RedisCommand.INFO, "server".getBytes(UTF_8)));
    } catch (RedisException e) {
      if (e.kind() == RedisException.Kind.FORBIDDEN) {
        return ""; // then an old version fails at its first use
      }
      throw e;
    }
  }
}
