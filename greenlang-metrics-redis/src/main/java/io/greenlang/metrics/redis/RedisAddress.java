package io.greenlang.metrics.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is, and who asks.
 *
 * @param kind what answers at the nodes
 * @param nodes at least one: the server, or the sentinels, or some of the cluster
 * @param user null for the default user
 * @param password null for none; shown nowhere
 * @param database 0 in a cluster
 * @param tls whether connections are encrypted, and the host's name checked
 * @param master what the sentinels call the master; else empty
 * @param sentinelPassword what sentinels are told that want a password; null if that is user and
 *     password, as for the server; shown nowhere
 */
record RedisAddress(
    Kind kind,
    List<HostAndPort> nodes,
    @Nullable String user,
    @Nullable String password,
    int database,
    boolean tls,
    String master,
    @Nullable String sentinelPassword) {

  /** What answers at an address. */
  enum Kind {
    /** One server. */
    SINGLE,
    /** Sentinels, which know where the master is. */
    SENTINEL,
    /** Some nodes of a cluster. */
    CLUSTER
  }

  private static final int DEFAULT_PORT = 6379;
  private static final int DEFAULT_SENTINEL_PORT = 26379;
  private static final int MAX_PORT = 65535;
  private static final Pattern URL =
      Pattern.compile(
          "redis(s?)(\\+sentinel|\\+cluster)?://(?:([^/]*)@)?([^/@?#]+)(?:/([^/?#]*))?"
              + "(?:\\?sentinel_password=([^&?#]*))?");
  private static final Pattern NODE =
      Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^:\\[\\]\\s]+)(?::(\\d{1,5}))?");

  RedisAddress {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("the Redis address names no host");
    }
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it is none; the message does not show it, because it may
   *     hold a password
   */
  static RedisAddress parse(String url) {
    int end = url.indexOf("://");
    String text =
        end < 0 ? url : url.substring(0, end).toLowerCase(Locale.ROOT) + url.substring(end);
    Matcher parts = URL.matcher(text);
    if (!parts.matches()) {
      throw bad("must be such as redis://user:password@localhost:6379/0");
    }
    Kind kind =
        parts.group(2) == null
            ? Kind.SINGLE
            : parts.group(2).equals("+sentinel") ? Kind.SENTINEL : Kind.CLUSTER;
    String path = parts.group(5) == null ? "" : parts.group(5);
    List<HostAndPort> nodes = nodes(kind, parts.group(4));
    @Nullable String login = parts.group(3);
    int colon = login == null ? -1 : login.indexOf(':');
    String user = login == null || colon <= 0 ? null : decoded(login.substring(0, colon));
    String password = login == null ? null : decoded(login.substring(colon + 1));
    return new RedisAddress(
        kind,
        nodes,
        user,
        password == null || password.isEmpty() ? null : password,
        kind == Kind.SINGLE ? database(path) : 0,
        !parts.group(1).isEmpty(),
        master(kind, path),
        sentinelPassword(kind, parts.group(6)));
  }

  private static List<HostAndPort> nodes(Kind kind, String text) {
    List<HostAndPort> nodes = new ArrayList<>();
    for (String node : text.split(",", -1)) {
      Matcher parts = NODE.matcher(node);
      if (!parts.matches()) {
        throw bad("must name its hosts as host:port");
      }
      int usual = kind == Kind.SENTINEL ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT;
      int port = parts.group(2) == null ? usual : Integer.parseInt(parts.group(2));
      if (port < 1 || port > MAX_PORT) {
        throw bad("has a port that is not one of 1 to " + MAX_PORT);
      }
      nodes.add(new HostAndPort(parts.group(1).replaceAll("[\\[\\]]", ""), port));
    }
    if (kind == Kind.SINGLE && nodes.size() > 1) {
      throw bad(
          "names several hosts; with sentinels that is redis+sentinel://host:port,host:port/name,"
              + " with a cluster redis+cluster://host:port,host:port");
    }
    return nodes;
  }

  private static int database(String path) {
    if (path.isEmpty()) {
      return 0;
    }
    if (!path.matches("\\d{1,5}")) {
      throw bad("has a database that is no number, behind the last slash");
    }
    return Integer.parseInt(path);
  }

  private static String master(Kind kind, String path) {
    if (kind == Kind.SENTINEL && path.isEmpty()) {
      throw bad(
          "lacks the name by which the sentinels know the master:"
              + " redis+sentinel://host:port,host:port/mymaster");
    }
    if (kind == Kind.CLUSTER && !path.isEmpty() && !path.equals("0")) {
      throw bad("has a database, which a cluster does not know");
    }
    return kind == Kind.SENTINEL ? decoded(path) : "";
  }

  private static @Nullable String sentinelPassword(Kind kind, @Nullable String text) {
    if (text != null && kind != Kind.SENTINEL) {
      throw bad("has a sentinel_password, but no sentinels");
    }
    return text == null ? null : decoded(text);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw bad("has a % that is not followed by two hexadecimal digits");
    }
  }

  private static IllegalArgumentException bad(String what) {
    return new IllegalArgumentException("the Redis address (REDIS_URL) " + what);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return kind + " " + nodes + (tls ? " with TLS" : "");
  }
}
