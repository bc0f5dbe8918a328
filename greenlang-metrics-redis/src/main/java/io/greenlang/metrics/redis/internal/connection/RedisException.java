package io.greenlang.metrics.redis.internal.connection;

import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A failure of Redis: an error reply, or the reason why a node is unreachable. Its message is a
 * sentence for an operator, and contains nothing secret.
 */
public final class RedisException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * The kinds of failure that an operator would handle differently. Each is logged once while it
   * lasts.
   */
  public enum Kind {
    /** Redis did not reply, or the connection ended. */
    UNREACHABLE,
    /** The user or password is wrong or missing. */
    LOGIN,
    /** The version of Redis lacks a required feature. */
    UNSUPPORTED_VERSION,
    /** Redis is reading its data from disk. */
    LOADING,
    /** {@code maxmemory} is reached. */
    FULL,
    /** The node is a replica, or a master that must not write. */
    READ_ONLY,
    /** The ACL denies the user an operation. */
    FORBIDDEN,
    /** Our keys hold another program's data. */
    CONFLICTING_DATA,
    /** The cluster's layout differs from the one we know. */
    MOVED,
    /** The script must be sent again. */
    NO_SCRIPT,
    /** Any other failure. */
    OTHER
  }

  private static final String MIN_VERSION = "6.2";

  private final Kind kind;

  public RedisException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  private RedisException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Returns whether Redis was silent for the whole timeout. A retry would take as long again. */
  boolean isTimeout() {
    for (Throwable inner = getCause(); inner != null; inner = inner.getCause()) {
      if (inner instanceof SocketTimeoutException
          || Arrays.stream(inner.getSuppressed())
              .anyMatch(SocketTimeoutException.class::isInstance)) {
        return true;
      }
    }
    return false;
  }

  /** Translates an exception of Jedis about a node. */
  static RedisException from(NodeAddress node, RuntimeException e) {
    String at = "Redis at " + node;
    if (e instanceof JedisAccessControlException) {
      return denied(at, e);
    }
    if (e instanceof JedisDataException) {
      return errorReply(at, e);
    }
    if (e instanceof JedisConnectionException || e instanceof JedisException) {
      return new RedisException(
          Kind.UNREACHABLE,
          at + " does not answer (" + reason(e) + "); check that it is running and reachable",
          e);
    }
    return new RedisException(Kind.OTHER, at + ": " + reason(e), e);
  }

  /** Returns the failure of a node whose version is too old, such as 6.0. */
  static RedisException unsupportedVersion(NodeAddress node, String version) {
    return unsupportedVersion("Redis at " + node, version, null);
  }

  private static RedisException unsupportedVersion(
      String at, String version, @Nullable RuntimeException cause) {
    return new RedisException(
        Kind.UNSUPPORTED_VERSION,
        at + " is version " + version + "; it must be " + MIN_VERSION + " or newer: update it",
        cause);
  }

  private static RedisException denied(String at, RuntimeException e) {
    if (message(e).startsWith("NOPERM")) {
      return new RedisException(
          Kind.FORBIDDEN,
          at
              + " denies this user a required operation; its ACL must allow the keys ~greenlang:*,"
              + " the channels &greenlang:* and the names that external publishers use. Redis says: "
              + summary(e),
          e);
    }
    return new RedisException(
        Kind.LOGIN,
        at + " rejects the user name or password; check the address (REDIS_URL): " + summary(e),
        e);
  }

  private static RedisException errorReply(String at, RuntimeException e) {
    String text = message(e).toUpperCase(Locale.ROOT);
    if (text.contains("NOPERM") || text.contains("ACL FAILURE")) {
      return denied(at, new JedisAccessControlException("NOPERM " + message(e)));
    }
    if (text.startsWith("NOAUTH") || text.startsWith("WRONGPASS") || text.startsWith("ERR AUTH")) {
      return denied(at, e);
    }
    if (text.contains(
        "NOT SUPPORT HELLO")) { // Jedis begins with HELLO, which 6.0 and newer support
      return unsupportedVersion(at, "older than 6.0", e);
    }
    if (text.startsWith("LOADING") || text.startsWith("MASTERDOWN")) {
      return new RedisException(
          Kind.LOADING, at + " is loading its data, and will be available when it has finished", e);
    }
    if (text.contains("OOM ")) {
      return new RedisException(
          Kind.FULL,
          at
              + " is full (maxmemory); raise maxmemory, or reduce the retention"
              + " (METRIC_RAW_RETENTION_HOURS)",
          e);
    }
    if (text.contains("READONLY") || text.contains("MISCONF") || text.contains("NOREPLICAS")) {
      return new RedisException(
          Kind.READ_ONLY,
          at
              + " rejects writes: it is a replica, or a master that cannot save; set the address of"
              + " the master. Redis says: "
              + summary(e),
          e);
    }
    boolean isNotNewest = text.contains("SPECIFIED IN XADD IS EQUAL OR SMALLER");
    if (text.contains("WRONGTYPE") || text.contains("FOREIGNDATA") || isNotNewest) {
      return new RedisException(
          Kind.CONFLICTING_DATA,
          at
              + " holds another program's data under keys that begin with greenlang:, which this"
              + " library uses; move one of the two to another database",
          e);
    }
    if (text.startsWith("NOSCRIPT")) {
      return new RedisException(Kind.NO_SCRIPT, at + " does not know the script", e);
    }
    if (text.startsWith("MOVED")
        || text.startsWith("ASK")
        || text.startsWith("CLUSTERDOWN")
        || text.startsWith("TRYAGAIN")
        || text.startsWith("CROSSSLOT")) {
      return new RedisException(
          Kind.MOVED, at + " is a cluster that is being reconfigured: " + summary(e), e);
    }
    return new RedisException(Kind.OTHER, at + " says: " + summary(e), e);
  }

  private static String message(RuntimeException e) {
    return e.getMessage() == null ? "" : e.getMessage();
  }

  /** Returns a short form of the innermost reason. */
  private static String reason(RuntimeException e) {
    Throwable inner = e;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    if (inner == e && e.getSuppressed().length > 0) {
      inner = e.getSuppressed()[0];
    }
    return summary(inner);
  }

  private static String summary(Throwable e) {
    String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return text.replaceAll("\\p{Cntrl}", " ").substring(0, Math.min(text.length(), 200));
  }
}
