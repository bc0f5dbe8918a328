package io.greenlang.metrics.redis.internal.connection;

import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  private final Kind kind;

  /** Creates a failure that Jedis has not detected. */
  public RedisException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** Creates a failure that Jedis has detected. */
  RedisException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Returns the kind of failure. */
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
}
