package io.greenlang.metrics.internal.window;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of a channel, in two parts. The part {@link #samples} protects everything that a
 * publication changes: the series, the feeds of raw samples, the samples of open windows, and the
 * history. Publishers acquire only this part. {@link #lock} acquires both parts: first the views,
 * then the samples. The holder may change everything.
 *
 * <p>A thread that holds only the views closes windows and encodes their frames. It acquires the
 * samples for slices of bounded work, between which publishers continue. All others, who acquire
 * both parts, find no window half closed.
 *
 * <p>Both parts are fair. A thread that releases a part between two slices cannot overtake the
 * publisher that waits for it. A publisher therefore waits for one slice of each thread that waited
 * before it. It waits only if a thread holds the samples. Workers do not starve, because publishers
 * of one channel queue up at the broker.
 */
public final class ChannelLock implements Lock {

  /** A way to run slices of work under the part {@link #samples}. */
  @FunctionalInterface
  public interface Slices {

    /** Slices of a thread that holds the samples already. */
    Slices HELD =
        slice -> {
          slice.run();
          return true;
        };

    /**
     * Runs a slice.
     *
     * @return false if the samples stayed busy, so the slice did not run and must run later
     */
    boolean run(Runnable slice);
  }

  private final ReentrantLock views = new ReentrantLock(true);
  private final ReentrantLock samples = new ReentrantLock(true);
  private Runnable completion = () -> {};

  /** Sets what completes work that a thread has left half done; called under the views. */
  public void completeWith(Runnable action) {
    completion = action;
  }

  /**
   * Acquires the samples for a publication. If no thread holds them, a publisher overtakes those
   * that wait: on a busy machine it can take milliseconds until one of these continues.
   */
  public void lockSamples() {
    if (!samples.tryLock()) {
      samples.lock();
    }
  }

  /** Returns the part that publishers acquire. */
  public Lock samples() {
    return samples;
  }

  /** Returns slices that wait for the samples. */
  public Slices slices() {
    return slice -> {
      samples.lock();
      try {
        slice.run();
        return true;
      } finally {
        samples.unlock();
      }
    };
  }

  /** Returns slices that do not run if the samples stay busy for the given time. */
  public Slices slices(long timeoutMillis) {
    return slice -> {
      if (!tryLock(samples, timeoutMillis)) {
        return false;
      }
      try {
        slice.run();
        return true;
      } finally {
        samples.unlock();
      }
    };
  }

  /** Acquires the views unless they stay busy for the given time; returns whether it did. */
  public boolean tryLockViews(long timeoutMillis) {
    return tryLock(views, timeoutMillis);
  }

  /** Releases the views. */
  public void unlockViews() {
    views.unlock();
  }

  private static boolean tryLock(Lock part, long timeoutMillis) {
    try {
      return part.tryLock(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the ticking thread is being stopped
      return false;
    }
  }

  /** Acquires both parts, and completes work that a thread has left half done. */
  @Override
  public void lock() {
    views.lock();
    boolean acquired = false;
    try {
      if (views.getHoldCount() == 1) {
        completion.run();
      }
      samples.lock();
      acquired = true;
    } finally {
      if (!acquired) {
        views.unlock();
      }
    }
  }

  /** Releases both parts. */
  @Override
  public void unlock() {
    samples.unlock();
    views.unlock();
  }

  /** Throws an exception: no caller gives up waiting for both parts. */
  @Override
  public void lockInterruptibly() {
    throw new UnsupportedOperationException("use lock()");
  }

  /** Throws an exception: no caller gives up waiting for both parts. */
  @Override
  public boolean tryLock() {
    throw new UnsupportedOperationException("use lock()");
  }

  /** Throws an exception: no caller gives up waiting for both parts. */
  @Override
  public boolean tryLock(long time, TimeUnit unit) {
    throw new UnsupportedOperationException("use lock()");
  }

  /** Throws an exception: no caller waits for a condition. */
  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException("use lock()");
  }
}
