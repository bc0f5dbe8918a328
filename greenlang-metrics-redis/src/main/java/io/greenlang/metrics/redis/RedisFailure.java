package io.greenlang.metrics.redis;

import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What Redis refused, or why it was not reached: a sentence for an operator, and nothing secret.
 */
final class RedisFailure extends Exception {

  private static final long serialVersionUID = 1L;

  /** What an operator would have to do something about. Each is logged once while it lasts. */
  enum Kind {
    /** No answer, or the connection ended. */
    UNREACHABLE,
    /** Wrong user or password, or none. */
    LOGIN,
    /** A Redis without what is needed. */
    TOO_OLD,
    /** It reads its data from disk. */
    LOADING,
    /** {@code maxmemory} is reached. */
    FULL,
    /** A replica, or a master that may not write. */
    READ_ONLY,
    /** The user's ACL. */
    FORBIDDEN,
    /** Another program's data under our keys. */
    FOREIGN_DATA,
    /** The cluster is another than we know. */
    MOVED,
    /** The script has to be sent again. */
    NO_SCRIPT,
    /** All else. */
    OTHER
  }

  private static final String OLDEST = "6.2";

  private final Kind kind;

  RedisFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  private RedisFailure(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** Whether nothing was said at all for as long as one waits: then asking again takes as long. */
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

  /** What went wrong with a node. */
  static RedisFailure of(HostAndPort node, RuntimeException e) {
    String at = "Redis at " + node;
    if (e instanceof JedisAccessControlException) {
      return denied(at, e);
    }
    if (e instanceof JedisDataException) {
      return refused(at, e);
    }
    if (e instanceof JedisConnectionException || e instanceof JedisException) {
      return new RedisFailure(
          Kind.UNREACHABLE,
          at + " does not answer (" + reason(e) + "); is it running, and reachable from here?",
          e);
    }
    return new RedisFailure(Kind.OTHER, at + ": " + reason(e), e);
  }

  /** A node of a version that is too old, such as 6.0. */
  static RedisFailure tooOld(HostAndPort node, String version) {
    return tooOld("Redis at " + node, version, null);
  }

  private static RedisFailure tooOld(String at, String version, @Nullable RuntimeException cause) {
    return new RedisFailure(
        Kind.TOO_OLD,
        at + " is version " + version + "; it must be " + OLDEST + " or newer: update it",
        cause);
  }

  private static RedisFailure denied(String at, RuntimeException e) {
    if (message(e).startsWith("NOPERM")) {
      return new RedisFailure(
          Kind.FORBIDDEN,
          at
              + " does not let this user do what is needed; its ACL must allow the keys"
              + " ~greenlang:*, the channels &greenlang:* and the names that other programs publish"
              + " on; Redis says: "
              + shown(e),
          e);
    }
    return new RedisFailure(
        Kind.LOGIN,
        at + " refuses the user or the password; look at the address (REDIS_URL): " + shown(e),
        e);
  }

  private static RedisFailure refused(String at, RuntimeException e) {
    String text = message(e).toUpperCase(Locale.ROOT);
    if (text.contains("NOPERM") || text.contains("ACL FAILURE")) {
      return denied(at, new JedisAccessControlException("NOPERM " + message(e)));
    }
    if (text.startsWith("NOAUTH") || text.startsWith("WRONGPASS") || text.startsWith("ERR AUTH")) {
      return denied(at, e);
    }
    if (text.contains("NOT SUPPORT HELLO")) { // with which Jedis begins; 6.0 and newer do
      return tooOld(at, "older than 6.0", e);
    }
    if (text.startsWith("LOADING") || text.startsWith("MASTERDOWN")) {
      return new RedisFailure(
          Kind.LOADING, at + " is reading its data; it will answer when that is done", e);
    }
    if (text.contains("OOM ")) {
      return new RedisFailure(
          Kind.FULL,
          at
              + " is full (maxmemory); give it more memory, or keep less"
              + " (METRIC_RAW_RETENTION_HOURS)",
          e);
    }
    if (text.contains("READONLY") || text.contains("MISCONF") || text.contains("NOREPLICAS")) {
      return new RedisFailure(
          Kind.READ_ONLY,
          at
              + " takes no writes: a replica, or a master that cannot save; give the address of"
              + " the master. Redis says: "
              + shown(e),
          e);
    }
    boolean isBehindAnother = text.contains("SPECIFIED IN XADD IS EQUAL OR SMALLER");
    if (text.contains("WRONGTYPE") || text.contains("FOREIGNDATA") || isBehindAnother) {
      return new RedisFailure(
          Kind.FOREIGN_DATA,
          at
              + " holds another program's data under our keys, which begin with greenlang:; give"
              + " one of the two another database",
          e);
    }
    if (text.startsWith("NOSCRIPT")) {
      return new RedisFailure(Kind.NO_SCRIPT, at + " does not know the script", e);
    }
    if (text.startsWith("MOVED")
        || text.startsWith("ASK")
        || text.startsWith("CLUSTERDOWN")
        || text.startsWith("TRYAGAIN")
        || text.startsWith("CROSSSLOT")) {
      return new RedisFailure(Kind.MOVED, at + " is a cluster in motion: " + shown(e), e);
    }
    return new RedisFailure(Kind.OTHER, at + " says: " + shown(e), e);
  }

  private static String message(RuntimeException e) {
    return e.getMessage() == null ? "" : e.getMessage();
  }

  /** The innermost reason, in short. */
  private static String reason(RuntimeException e) {
    Throwable inner = e;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    if (inner == e && e.getSuppressed().length > 0) {
      inner = e.getSuppressed()[0];
    }
    return shown(inner);
  }

  private static String shown(Throwable e) {
    String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return text.replaceAll("\\p{Cntrl}", " ").substring(0, Math.min(text.length(), 200));
  }
}
