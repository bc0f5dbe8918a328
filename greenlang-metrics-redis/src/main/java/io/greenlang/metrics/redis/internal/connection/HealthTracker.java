package io.greenlang.metrics.redis.internal.connection;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current failures of the broker. The start of each kind of failure is logged once, regardless
 * of the number of threads. The recovery is also logged once. Thread-safe.
 */
public final class HealthTracker {

  private static final String LOCAL_DELIVERY =
      "this instance delivers its own publications to its own clients only";

  /** The activity that failed, and that reports its recovery. */
  public enum Activity {
    /** Appending publications to the log. */
    PUBLISH(LOCAL_DELIVERY),
    /** Receiving publications from the bus. */
    SUBSCRIBE(LOCAL_DELIVERY),
    /** Reading the history of a channel before it is opened. */
    OPEN(LOCAL_DELIVERY),
    /** Reading the log. */
    READ(LOCAL_DELIVERY),
    /** Sending heartbeats. */
    HEARTBEAT("other instances do not list this one"),
    /** Storing windows. */
    ARCHIVE("closed windows are not stored in Redis"),
    /** Logging the messages of external publishers. */
    EXTERNAL("messages of external publishers are not logged");

    private final String effect;

    Activity(String effect) {
      this.effect = effect;
    }

    /** Returns what the instance does while the activity fails. */
    private String effectOf(RedisException failure) {
      return switch (failure.kind()) {
        case FORBIDDEN, CONFLICTING_DATA -> effect;
        default -> LOCAL_DELIVERY; // these affect all activities
      };
    }
  }

  private static final Logger log = LoggerFactory.getLogger(HealthTracker.class);

  private final Map<Activity, RedisException> failures = new LinkedHashMap<>();
  private volatile @Nullable String problem;

  /** Records a failure. */
  public synchronized void report(Activity activity, RedisException failure) {
    boolean alreadyLogged =
        failures.values().stream().anyMatch(current -> current.kind() == failure.kind());
    failures.put(activity, failure);
    updateProblem();
    if (alreadyLogged) {
      log.debug("{}: {}", activity, failure.getMessage());
    } else {
      log.warn("{}; until then, {}", failure.getMessage(), activity.effectOf(failure));
    }
  }

  /** Records that an activity succeeded. */
  public void clear(Activity activity) {
    if (problem == null) {
      return; // the common case, without a lock
    }
    synchronized (this) {
      if (failures.remove(activity) != null) {
        updateProblem();
        if (failures.isEmpty()) {
          log.info("Redis connection restored");
        }
      }
    }
  }

  /** Returns the current problem, for an operator; null while there is none. */
  public @Nullable String problem() {
    return problem;
  }

  private void updateProblem() {
    problem = failures.values().stream().findFirst().map(Throwable::getMessage).orElse(null);
  }
}
