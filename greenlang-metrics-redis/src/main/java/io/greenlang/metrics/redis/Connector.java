package io.greenlang.metrics.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;

/** Opens connections: in RESP2, because pings of subscriptions fail in RESP3. Any thread. */
final class Connector {

  /** An instance that gets no answer for so long goes on alone. */
  static final int TIMEOUT_MILLIS = 1_000;

  private static final int OLDEST_MAJOR = 6;
  private static final int OLDEST_MINOR = 2;
  private static final Pattern VERSION = Pattern.compile("redis_version:(\\d{1,4})\\.(\\d{1,4})");

  private final JedisClientConfig servers;

  /** Of sentinels, most want no password. */
  private final JedisClientConfig openSentinels;

  private final JedisClientConfig lockedSentinels;

  Connector(RedisAddress address, @Nullable SSLSocketFactory tls) {
    this.servers =
        config(address, tls)
            .user(address.user())
            .password(address.password())
            .database(address.database())
            .build();
    this.openSentinels = config(address, tls).build();
    this.lockedSentinels =
        address.sentinelPassword() == null
            ? servers
            : config(address, tls).password(address.sentinelPassword()).build();
  }

  @SuppressWarnings("deprecation") // what replaces it reads trust from files only
  private static DefaultJedisClientConfig.Builder config(
      RedisAddress address, @Nullable SSLSocketFactory tls) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .resp2()
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .connectionTimeoutMillis(TIMEOUT_MILLIS)
            .socketTimeoutMillis(TIMEOUT_MILLIS);
    if (address.tls()) {
      SSLParameters checked = new SSLParameters();
      checked.setEndpointIdentificationAlgorithm("HTTPS");
      config.ssl(true).sslParameters(checked);
      if (tls != null) {
        config.sslSocketFactory(tls);
      }
    }
    return config;
  }

  /** A connection to a server. */
  Wire open(HostAndPort node) throws RedisFailure {
    Wire wire = new Wire(node, servers);
    try {
      requireNewEnough(wire);
      return wire;
    } catch (RedisFailure e) {
      wire.close();
      throw e;
    }
  }

  /** A connection to a sentinel. */
  Wire openSentinel(HostAndPort node) throws RedisFailure {
    try {
      return answering(new Wire(node, openSentinels));
    } catch (RedisFailure e) {
      if (e.kind() != RedisFailure.Kind.LOGIN) {
        throw e;
      }
      return answering(new Wire(node, lockedSentinels));
    }
  }

  private static Wire answering(Wire wire) throws RedisFailure {
    try {
      wire.call(Command.PING);
      return wire;
    } catch (RedisFailure e) {
      wire.close();
      throw e;
    }
  }

  private static void requireNewEnough(Wire wire) throws RedisFailure {
    Object info;
    try {
      info = wire.call(Command.INFO, "server".getBytes(UTF_8));
    } catch (RedisFailure e) {
      if (e.kind() == RedisFailure.Kind.FORBIDDEN) {
        return; // then an old one shows when it is used
      }
      throw e;
    }
    Matcher version = VERSION.matcher(Answers.text(info));
    if (version.find()) {
      int major = Integer.parseInt(version.group(1));
      int minor = Integer.parseInt(version.group(2));
      if (major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR)) {
        throw RedisFailure.tooOld(wire.node(), major + "." + minor);
      }
    }
  }
}
