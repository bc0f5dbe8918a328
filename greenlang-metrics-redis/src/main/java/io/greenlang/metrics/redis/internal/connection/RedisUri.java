package io.greenlang.metrics.redis.internal.connection;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of Redis, with the credentials.
 *
 * @param kind the kind of server at the nodes
 * @param nodes at least one: the server, the sentinels, or some nodes of the cluster
 * @param user null for the default user
 * @param password null for none; never shown
 * @param database 0 in a cluster
 * @param tls whether connections are encrypted, and the host name is verified
 * @param master the name by which the sentinels know the master; otherwise empty
 * @param sentinelPassword the password for sentinels that require one; null if they use the user
 *     and password of the servers; never shown
 */
public record RedisUri(
    Kind kind,
    List<NodeAddress> nodes,
    @Nullable String user,
    @Nullable String password,
    int database,
    boolean tls,
    String master,
    @Nullable String sentinelPassword) {

  /** The kind of server at an address. */
  public enum Kind {
    /** One server. */
    SINGLE,
    /** Sentinels, which know the master. */
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

  /** Creates an address. */
  public RedisUri {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("the Redis address contains no host");
    }
  }

  /**
   * Parses an address.
   *
   * @throws IllegalArgumentException if it is malformed; the message does not contain the address,
   *     which may include a password
   */
  public static RedisUri parse(String url) {
    int end = url.indexOf("://");
    String text =
        end < 0 ? url : url.substring(0, end).toLowerCase(Locale.ROOT) + url.substring(end);
    Matcher parts = URL.matcher(text);
    if (!parts.matches()) {
      throw malformed("must have the form redis://user:password@localhost:6379/0");
    }
    return of(parts, kind(parts.group(2)));
  }

  private static RedisUri of(Matcher parts, Kind kind) {
    String path = parts.group(5) == null ? "" : parts.group(5);
    @Nullable String login = parts.group(3);
    return new RedisUri(
        kind,
        nodes(kind, parts.group(4)),
        user(login),
        password(login),
        kind == Kind.SINGLE ? database(path) : 0,
        !parts.group(1).isEmpty(),
        master(kind, path),
        sentinelPassword(kind, parts.group(6)));
  }

  private static Kind kind(@Nullable String suffix) {
    if (suffix == null) {
      return Kind.SINGLE;
    }
    return suffix.equals("+sentinel") ? Kind.SENTINEL : Kind.CLUSTER;
  }

  private static @Nullable String user(@Nullable String login) {
    int colon = login == null ? -1 : login.indexOf(':');
    return login == null || colon <= 0 ? null : urlDecoded(login.substring(0, colon));
  }

  private static @Nullable String password(@Nullable String login) {
    if (login == null) {
      return null;
    }
    String password = urlDecoded(login.substring(login.indexOf(':') + 1));
    return password.isEmpty() ? null : password;
  }

  private static List<NodeAddress> nodes(Kind kind, String text) {
    List<NodeAddress> nodes = new ArrayList<>();
    for (String node : text.split(",", -1)) {
      nodes.add(node(kind, node));
    }
    if (kind == Kind.SINGLE && nodes.size() > 1) {
      throw malformed(
          "lists several hosts; for sentinels use redis+sentinel://host:port,host:port/name,"
              + " for a cluster redis+cluster://host:port,host:port");
    }
    return nodes;
  }

  private static NodeAddress node(Kind kind, String text) {
    Matcher parts = NODE.matcher(text);
    if (!parts.matches()) {
      throw malformed("must list its hosts as host:port");
    }
    String host = parts.group(1).replaceAll("[\\[\\]]", "");
    return new NodeAddress(host, port(kind, parts.group(2)));
  }

  private static int port(Kind kind, @Nullable String text) {
    int defaultPort = kind == Kind.SENTINEL ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT;
    int port = text == null ? defaultPort : Integer.parseInt(text);
    if (port < 1 || port > MAX_PORT) {
      throw malformed("has a port outside 1 to " + MAX_PORT);
    }
    return port;
  }

  private static int database(String path) {
    if (path.isEmpty()) {
      return 0;
    }
    if (!path.matches("\\d{1,5}")) {
      throw malformed("has a database that is not a number, after the last slash");
    }
    return Integer.parseInt(path);
  }

  private static String master(Kind kind, String path) {
    if (kind == Kind.SENTINEL && path.isEmpty()) {
      throw malformed(
          "lacks the name of the master, which sentinels require:"
              + " redis+sentinel://host:port,host:port/mymaster");
    }
    if (kind == Kind.CLUSTER && !path.isEmpty() && !path.equals("0")) {
      throw malformed("has a database, which a cluster does not support");
    }
    return kind == Kind.SENTINEL ? urlDecoded(path) : "";
  }

  private static @Nullable String sentinelPassword(Kind kind, @Nullable String text) {
    if (text != null && kind != Kind.SENTINEL) {
      throw malformed("has a sentinel_password, but is not of the form redis+sentinel://");
    }
    return text == null ? null : urlDecoded(text);
  }

  private static String urlDecoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed("has a % that is not followed by two hexadecimal digits");
    }
  }

  private static IllegalArgumentException malformed(String problem) {
    return new IllegalArgumentException("the Redis address (REDIS_URL) " + problem);
  }

  /** Returns a form without the credentials. */
  @Override
  public String toString() {
    return kind + " " + nodes + (tls ? " with TLS" : "");
  }
}
