package io.greenlang.metrics.internal.revocation;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.Revocation;
import io.greenlang.metrics.broker.Revocation.Kind;
import io.greenlang.metrics.internal.util.ThrottledLog;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The revocations in force, of this and other instances. At most {@value #MAX_SIZE}; each takes
 * less than 1 KiB, and is removed when it has ended. Thread-safe; {@link #contains} takes no lock.
 */
public final class Revocations {

  /** The maximum number of revocations in force. */
  public static final int MAX_SIZE = 20_000;

  /**
   * The time for which a revocation stays in force after its end. Clocks may differ by 30 s, so a
   * token is accepted for that long after it has expired.
   */
  private static final long GRACE_MILLIS = 60_000;

  private final MetricsClock clock;
  private final ThrottledLog log;
  private final Map<String, Revocation> bySubject = new ConcurrentHashMap<>();
  private final Map<String, Revocation> byToken = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

  /**
   * Creates an empty list.
   *
   * @param clock decides whether a revocation has ended
   */
  public Revocations(MetricsClock clock) {
    this.clock = clock;
    this.log = new ThrottledLog(LoggerFactory.getLogger(Revocations.class), clock);
  }

  /** Adds a listener that is called after revocations were added, on the thread that added them. */
  public void addListener(Runnable listener) {
    listeners.add(listener);
  }

  /** Removes a listener. */
  public void removeListener(Runnable listener) {
    listeners.remove(listener);
  }

  /**
   * Adds a revocation of this instance.
   *
   * @throws IllegalStateException if the maximum number of revocations is in force
   */
  public void add(Revocation revocation) {
    if (!tryAdd(revocation)) {
      throw new IllegalStateException(
          MAX_SIZE
              + " revocations are in force, which is the maximum; replace the secret or key that"
              + " signs tokens instead");
    }
    listeners.forEach(Runnable::run);
  }

  /** Adds revocations of other instances; those beyond the maximum are skipped and logged. */
  public void addAll(Collection<Revocation> revocations) {
    int skipped = 0;
    for (Revocation revocation : revocations) {
      skipped += tryAdd(revocation) ? 0 : 1;
    }
    if (skipped > 0) {
      log.error(
          "Skipped {} revocations of other instances, because {} are in force", skipped, MAX_SIZE);
    }
    listeners.forEach(Runnable::run);
  }

  private synchronized boolean tryAdd(Revocation revocation) {
    Map<String, Revocation> target = revocation.kind() == Kind.SUBJECT ? bySubject : byToken;
    if (!target.containsKey(revocation.name()) && size() >= MAX_SIZE) {
      removeEnded();
      if (size() >= MAX_SIZE) {
        return false;
      }
    }
    target.merge(revocation.name(), revocation, Revocation::merge);
    return true;
  }

  private void removeEnded() {
    bySubject.values().removeIf(this::hasEnded);
    byToken.values().removeIf(this::hasEnded);
  }

  private boolean hasEnded(Revocation revocation) {
    return revocation.until().toEpochMilli() + GRACE_MILLIS <= clock.wallTimeMillis();
  }

  /** Returns the number of revocations. */
  int size() {
    return bySubject.size() + byToken.size();
  }

  /**
   * Returns whether a token is revoked.
   *
   * @param tokenId the identifier of the token; null if it has none
   * @param issuedAt the time at which it was issued. Without it, each revocation of its subject
   *     affects it
   */
  public boolean contains(String subject, @Nullable String tokenId, @Nullable Instant issuedAt) {
    Revocation ofToken = tokenId == null ? null : byToken.get(tokenId);
    if (ofToken != null && !hasEnded(ofToken)) {
      return true;
    }
    Revocation ofSubject = bySubject.get(subject);
    // The claim iat has seconds, so a token of the same second may be older than the revocation.
    return ofSubject != null
        && !hasEnded(ofSubject)
        && (issuedAt == null
            || issuedAt.getEpochSecond() <= ofSubject.revokedAt().getEpochSecond());
  }

  /** Returns whether there are no revocations. */
  public boolean isEmpty() {
    return bySubject.isEmpty() && byToken.isEmpty();
  }
}
