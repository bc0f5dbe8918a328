package io.greenlang.metrics.websocket.internal.fetch;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.internal.util.ThrottledLog;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is read from elsewhere and read again when it becomes old. A separate thread reads
 * it; no caller waits. There is at most one read at a time, and at most one begins in 20 s,
 * whatever the callers ask for. A read that fails leaves the last value in use, for at most 24
 * hours. Thread-safe.
 *
 * <p>Without callers there are no reads. A value that was not asked for during two intervals is
 * read again before it is used, unless that fails.
 *
 * @param <T> the type of the value, which is immutable
 */
public final class RefreshedValue<T> {

  /** The minimum time between the beginnings of two reads, so that there are at most 2 in 30 s. */
  static final Duration MIN_INTERVAL = Duration.ofSeconds(20);

  /** The time for which a value is used although no read succeeds. */
  static final Duration MAX_AGE = Duration.ofHours(24);

  /** The reader of the value, which runs on a separate thread. */
  public interface Loader<T> {

    /**
     * Reads the value within a limited time.
     *
     * @throws IOException if that fails; the message is logged
     */
    T load() throws IOException;
  }

  private record Snapshot<T>(T value, long readNanos) {}

  private static final Logger log = LoggerFactory.getLogger(RefreshedValue.class);

  private final String name;
  private final Loader<T> loader;
  private final long intervalNanos;
  private final MetricsClock clock;
  private final ThrottledLog failureLog;

  private volatile @Nullable Snapshot<T> snapshot;

  /** When the last read failed; null if it succeeded, or none has ended. */
  private volatile @Nullable Long failureNanos;

  /** When the last read began; null if there was none. Guarded by this. */
  private @Nullable Long attemptNanos;

  /** Completes when the read in progress ends; null if there is none. Guarded by this. */
  private @Nullable CompletableFuture<@Nullable Void> attempt;

  /**
   * Creates a value that was not read yet.
   *
   * @param name the value in words for the log, such as "the keys of https://id.example"
   * @param interval the age from which the value is read again
   */
  public RefreshedValue(String name, Loader<T> loader, Duration interval, MetricsClock clock) {
    this.name = name;
    this.loader = loader;
    this.intervalNanos = interval.toNanos();
    this.clock = clock;
    this.failureLog = new ThrottledLog(log, clock);
  }

  /** Begins the first read, so that the value is there when it is needed. */
  public void prefetch() {
    beginRead();
  }

  /**
   * Returns the value, and begins to read it again if it is old.
   *
   * @throws PendingException if there is no value yet, or it is too old to be used
   */
  public T get() {
    Snapshot<T> current = snapshot;
    if (current != null && ageNanos(current) <= intervalNanos) {
      return current.value;
    }
    CompletionStage<@Nullable Void> reading = beginRead();
    Snapshot<T> latest = snapshot; // not before: a read may have ended meanwhile
    if (latest == null || isTooOld(ageNanos(latest), reading != null)) {
      throw pending(reading);
    }
    return latest.value;
  }

  private long ageNanos(Snapshot<T> read) {
    return clock.monotonicNanos() - read.readNanos;
  }

  private boolean isTooOld(long ageNanos, boolean isRead) {
    Long failed = failureNanos;
    boolean failsNow = failed != null && clock.monotonicNanos() - failed <= intervalNanos;
    return ageNanos > MAX_AGE.toNanos() || (isRead && ageNanos > 2 * intervalNanos && !failsNow);
  }

  /**
   * Returns a value that was read after the given one. The caller has not found in it what it looks
   * for.
   *
   * @return null if the given value is the current one, and was read within 20 s
   * @throws PendingException if the value is being read, or the last read failed
   */
  public @Nullable T newerThan(T value) {
    Snapshot<T> current = snapshot;
    boolean isCurrent = current == null || current.value == value;
    CompletionStage<@Nullable Void> reading = isCurrent ? beginRead() : null;
    Snapshot<T> latest = snapshot; // not before: a read may have ended meanwhile
    if (latest != null && latest.value != value) {
      return latest.value;
    }
    if (reading != null || failureNanos != null) {
      throw pending(reading);
    }
    return null;
  }

  private PendingException pending(@Nullable CompletionStage<@Nullable Void> reading) {
    return new PendingException("cannot use " + name + " now", reading);
  }

  /** Returns the read in progress, which this begins if it may; null if it may not. */
  private synchronized @Nullable CompletionStage<@Nullable Void> beginRead() {
    long now = clock.monotonicNanos();
    Long last = attemptNanos;
    if (attempt != null || (last != null && now - last < MIN_INTERVAL.toNanos())) {
      return attempt;
    }
    attemptNanos = now;
    CompletableFuture<@Nullable Void> begun = new CompletableFuture<>();
    attempt = begun;
    try {
      NamedThreads.start("greenlang-keys", () -> read(begun, now));
    } catch (OutOfMemoryError e) { // the system refuses threads
      end(begun, e);
    }
    return attempt;
  }

  private void read(CompletableFuture<@Nullable Void> begun, long now) {
    try {
      T value = loader.load();
      if (snapshot == null || failureNanos != null) {
        log.info("Read {}", name);
      }
      failureNanos = null; // before the value, which is not to be taken for one that is outdated
      snapshot = new Snapshot<>(value, now);
      end(begun, null);
    } catch (IOException | RuntimeException | Error e) { // an error must not end all later reads
      end(begun, e);
    }
  }

  private void end(CompletableFuture<@Nullable Void> begun, @Nullable Throwable failure) {
    failureNanos = failure == null ? null : clock.monotonicNanos();
    if (failure != null) {
      String reason =
          failure instanceof IOException ? failure.getMessage() : failure.getClass().getName();
      failureLog.warn(
          "Failed to read {} ({}); {}; retrying on demand, at most every {} s",
          name,
          reason,
          snapshot == null ? "tokens that need it are refused" : "the last ones stay in use",
          MIN_INTERVAL.toSeconds());
    }
    synchronized (this) {
      attempt = null;
    }
    begun.complete(null);
  }
}
