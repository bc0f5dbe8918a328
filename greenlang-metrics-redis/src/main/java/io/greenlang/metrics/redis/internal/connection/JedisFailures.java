package io.greenlang.metrics.redis.internal.connection;

import io.greenlang.metrics.redis.internal.connection.RedisException.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** The translation of Jedis' exceptions into {@link RedisException}s. */
final class JedisFailures {

  private static final String MIN_VERSION = "6.2";
  private static final int MAX_SUMMARY_LENGTH = 200;

  private static final String FORBIDDEN =
      " denies this user a required operation; its ACL must allow the keys ~greenlang:*, the"
          + " channels &greenlang:* and the names that external publishers use. Redis says: ";
  private static final String LOGIN =
      " rejects the user name or password; check the address (REDIS_URL): ";

  /**
   * An error reply with its sentence for an operator.
   *
   * @param matches tests the reply, in upper case
   * @param sentence follows the node; with {@code %s} for the summary of the reply
   */
  private record ErrorReply(Kind kind, Predicate<String> matches, String sentence) {}

  /** The error replies that are translated, by precedence. */
  private static final List<ErrorReply> ERROR_REPLIES =
      List.of(
          new ErrorReply(
              Kind.LOADING,
              startsWithAny("LOADING", "MASTERDOWN"),
              " is loading its data, and will be available when it has finished"),
          new ErrorReply(
              Kind.FULL,
              containsAny("OOM "),
              " is full (maxmemory); raise maxmemory, or reduce the retention"
                  + " (METRIC_RAW_RETENTION_HOURS)"),
          new ErrorReply(
              Kind.READ_ONLY,
              containsAny("READONLY", "MISCONF", "NOREPLICAS"),
              " rejects writes: it is a replica, or a master that cannot save; set the address of"
                  + " the master. Redis says: %s"),
          new ErrorReply(
              Kind.CONFLICTING_DATA,
              containsAny("WRONGTYPE", "FOREIGNDATA", "SPECIFIED IN XADD IS EQUAL OR SMALLER"),
              " holds another program's data under keys that begin with greenlang:, which this"
                  + " library uses; move one of the two to another database"),
          new ErrorReply(Kind.NO_SCRIPT, startsWithAny("NOSCRIPT"), " does not know the script"),
          new ErrorReply(
              Kind.MOVED,
              startsWithAny("MOVED", "ASK", "CLUSTERDOWN", "TRYAGAIN", "CROSSSLOT"),
              " is a cluster that is being reconfigured: %s"),
          new ErrorReply(Kind.OTHER, text -> true, " says: %s"));

  private JedisFailures() {}

  private static Predicate<String> startsWithAny(String... prefixes) {
    return text -> Arrays.stream(prefixes).anyMatch(text::startsWith);
  }

  private static Predicate<String> containsAny(String... parts) {
    return text -> Arrays.stream(parts).anyMatch(text::contains);
  }

  /** Translates an exception of Jedis about a node. */
  static RedisException translate(NodeAddress node, RuntimeException e) {
    String subject = subject(node);
    if (e instanceof JedisAccessControlException) {
      return denied(subject, e);
    }
    if (e instanceof JedisDataException) {
      return errorReply(subject, e);
    }
    if (e instanceof JedisException) {
      String advice = "); check that it is running and reachable";
      return new RedisException(
          Kind.UNREACHABLE, subject + " does not answer (" + reason(e) + advice, e);
    }
    return new RedisException(Kind.OTHER, subject + ": " + reason(e), e);
  }

  /** Returns the failure of a node whose version is too old, such as 6.0. */
  static RedisException unsupportedVersion(NodeAddress node, String version) {
    return unsupportedVersion(subject(node), version, null);
  }

  private static RedisException unsupportedVersion(
      String subject, String version, @Nullable RuntimeException cause) {
    return new RedisException(
        Kind.UNSUPPORTED_VERSION,
        subject + " is version " + version + "; it must be " + MIN_VERSION + " or newer: update it",
        cause);
  }

  private static RedisException denied(String subject, RuntimeException e) {
    return message(e).startsWith("NOPERM")
        ? new RedisException(Kind.FORBIDDEN, subject + FORBIDDEN + summary(e), e)
        : new RedisException(Kind.LOGIN, subject + LOGIN + summary(e), e);
  }

  private static RedisException errorReply(String subject, RuntimeException e) {
    String text = message(e).toUpperCase(Locale.ROOT);
    if (text.contains("NOPERM") || text.contains("ACL FAILURE")) {
      return denied(subject, new JedisAccessControlException("NOPERM " + message(e)));
    }
    if (text.startsWith("NOAUTH") || text.startsWith("WRONGPASS") || text.startsWith("ERR AUTH")) {
      return denied(subject, e);
    }
    if (text.contains("NOT SUPPORT HELLO")) { // Jedis begins with HELLO, which needs 6.0
      return unsupportedVersion(subject, "older than 6.0", e);
    }
    ErrorReply reply =
        ERROR_REPLIES.stream().filter(each -> each.matches().test(text)).findFirst().orElseThrow();
    return new RedisException(
        reply.kind(), subject + reply.sentence().replace("%s", summary(e)), e);
  }

  private static String subject(NodeAddress node) {
    return "Redis at " + node;
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
    return text.replaceAll("\\p{Cntrl}", " ")
        .substring(0, Math.min(text.length(), MAX_SUMMARY_LENGTH));
  }
}
