package io.greenlang.metrics.redis;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wrong now. Each kind of trouble is logged when it begins, once, however many threads run
 * into it, and its end is logged, too. Any thread.
 */
final class Troubles {

  /** Who runs into trouble, and says when it is over. */
  enum Scope {
    /** Logging publications. */
    PUBLISH,
    /** Hearing of publications. */
    SUBSCRIBE,
    /** Reading what there is of a channel before it is opened. */
    OPEN,
    /** Reading the log. */
    READ,
    /** Heartbeats. */
    PULSE,
    /** Keeping windows. */
    ARCHIVE,
    /** Logging what other programs publish. */
    FOREIGN
  }

  private static final Logger log = LoggerFactory.getLogger(Troubles.class);

  private final Map<Scope, RedisFailure> troubles = new LinkedHashMap<>();
  private volatile @Nullable String sentence;

  /** Takes notice of a failure. */
  synchronized void report(Scope scope, RedisFailure failure) {
    boolean known = troubles.values().stream().anyMatch(t -> t.kind() == failure.kind());
    troubles.put(scope, failure);
    tell();
    if (known) {
      log.debug("{}: {}", scope, failure.getMessage());
    } else {
      log.warn(
          "{}; until then clients of this instance get what it publishes itself",
          failure.getMessage());
    }
  }

  /** Takes notice that something works. */
  void clear(Scope scope) {
    if (sentence == null) {
      return; // nearly always, and without a lock
    }
    synchronized (this) {
      if (troubles.remove(scope) != null) {
        tell();
        if (troubles.isEmpty()) {
          log.info("Redis serves again");
        }
      }
    }
  }

  /** What an operator should know; null while all is well. */
  @Nullable String sentence() {
    return sentence;
  }

  private void tell() {
    sentence = troubles.values().stream().findFirst().map(Throwable::getMessage).orElse(null);
  }
}
