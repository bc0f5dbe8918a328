package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.subscription.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of a channel, in two parts. The <em>samples lock</em> protects everything that a
 * publication changes: the series, the feeds of raw samples, the samples of open windows, and the
 * history. Publishers acquire only this part. {@link #both} acquires both parts: first the
 * <em>views lock</em>, then the samples lock. The holder may change everything.
 *
 * <p>A thread that holds only the views lock may change the feeds of windows. The thread that
 * closes windows holds it and encodes frames. It acquires the samples lock for slices of bounded
 * work, between which publishers continue. All others find no window half closed.
 *
 * <p>Both parts are fair: a thread that releases a part between two slices cannot overtake one that
 * waits for it. A publisher leaves its publication in the {@link Backlog} if the samples lock stays
 * held, and waits only if that is full. The holder accepts the backlog after it has released the
 * samples lock, and each thread that acquires that lock accepts it first. A publication before
 * which windows must be closed remains until a thread acquires both parts.
 */
public final class ChannelLock {

  /**
   * How long a publisher tries again before it leaves its publication, in nanoseconds. Most slices
   * are shorter.
   */
  private static final long SPIN_NANOS = 50_000;

  /** A way to run slices of work under the part {@link #samples}. */
  @FunctionalInterface
  public interface Slices {

    /** Slices of a thread that holds the samples lock already. */
    Slices HELD =
        slice -> {
          slice.run();
          return true;
        };

    /**
     * Runs a slice.
     *
     * @return false if the samples lock stayed busy, so the slice did not run and must run later
     */
    boolean run(Runnable slice);
  }

  /** Publications that publishers have left for the thread that holds the samples lock. */
  public interface Backlog {

    /** Returns whether there are none. Any thread. */
    boolean isEmpty();

    /**
     * Accepts the publications that are present, in order. Called under the samples lock.
     *
     * @return false if some remain, because windows must be closed first
     */
    boolean drain();

    /**
     * Accepts the publications that are present, in order, and closes windows that have ended
     * before them. Called under both parts.
     */
    void closeAndDrain();
  }

  private final ReentrantLock views = new ReentrantLock(true);
  private final ReentrantLock samples = new ReentrantLock(true);
  private final Lock viewsOnly = new ViewsLock(false);
  private final Lock both = new ViewsLock(true);
  private final Backlog backlog;

  /**
   * Whether a thread holds the samples lock that waits for it only briefly. That thread writes it.
   */
  private volatile boolean ticking;

  private Runnable completion = () -> {};

  /** Creates a lock whose holder accepts a backlog. */
  public ChannelLock(Backlog backlog) {
    this.backlog = backlog;
  }

  /**
   * Sets what completes work that a thread has left half done; called under the views lock. It
   * should not throw: the thread that acquires it then fails, although the work is that of another.
   */
  public void completeWith(Runnable action) {
    completion = action;
  }

  /**
   * Acquires the samples lock for a publication, unless another thread holds it for longer than
   * most slices last. A publisher overtakes threads that wait: on a busy machine it can take
   * milliseconds until one of these continues. The caller accepts the backlog.
   */
  public boolean tryLockSamples() {
    return samples.tryLock() || spin();
  }

  /** Acquires the samples lock. The caller accepts the backlog. */
  public void lockSamples() {
    samples.lock();
  }

  /** Releases the samples lock, and then accepts what publishers have left meanwhile. */
  public void unlockSamples() {
    samples.unlock();
    settle();
  }

  /**
   * Accepts the backlog, unless another thread holds the samples lock or waits for it, which then
   * does so.
   *
   * @return false if publications remain, because windows must be closed first
   */
  public boolean settle() {
    boolean drained = true;
    while (drained && !backlog.isEmpty() && isFree() && samples.tryLock()) {
      try {
        drained = backlog.drain();
      } finally {
        samples.unlock();
      }
    }
    return drained;
  }

  /**
   * Accepts the backlog, unless another thread holds the samples lock for all of the given time.
   */
  public void acceptBacklog(long timeoutMillis) {
    if (!backlog.isEmpty()) {
      slices(timeoutMillis).run(() -> {});
    }
  }

  private boolean isFree() {
    return !samples.isHeldByCurrentThread() && !samples.hasQueuedThreads();
  }

  /**
   * Returns whether a thread holds the samples lock that {@linkplain #slices(long) waits only
   * briefly}: the one that closes windows, or one that accepts the backlog before it reads history.
   * Publishers wait for these. They hold the samples lock as briefly without clients as with many.
   */
  public boolean isTicking() {
    return ticking;
  }

  /** Accepts the backlog after an acquisition. */
  private void drain(Runnable action) {
    if (samples.getHoldCount() == 1 && !backlog.isEmpty()) {
      action.run();
    }
  }

  private boolean spin() {
    long startNanos = System.nanoTime();
    boolean acquired = false;
    while (!acquired && System.nanoTime() - startNanos < SPIN_NANOS) {
      Thread.onSpinWait();
      acquired = samples.tryLock();
    }
    return acquired;
  }

  /**
   * Returns both parts. The thread that acquires them completes work that a thread has left half
   * done.
   */
  public Lock both() {
    return both;
  }

  /**
   * Returns the part without which no feed is opened or closed. The thread that acquires it
   * completes work that another has left half done, so that no window is half closed.
   */
  public Lock views() {
    return viewsOnly;
  }

  /**
   * Returns the part that protects the feed of a subscription: for windows, the views lock alone.
   */
  public Lock of(Subscription subscription) {
    return subscription.interval() == null ? both : viewsOnly;
  }

  /** Returns slices that wait for the samples lock. */
  public Slices slices() {
    return slice -> {
      samples.lock();
      try {
        drain(backlog::drain);
        slice.run();
        return true;
      } finally {
        unlockSamples();
      }
    };
  }

  /** Returns slices that do not run if the samples lock stays busy for the given time. */
  public Slices slices(long timeoutMillis) {
    return slice -> {
      if (!tryLock(samples, timeoutMillis)) {
        settle(); // another thread may have left the backlog to this one
        return false;
      }
      ticking = true;
      try {
        drain(backlog::drain);
        slice.run();
        return true;
      } finally {
        ticking = false;
        unlockSamples();
      }
    };
  }

  /** Acquires the views lock unless it stays busy for the given time; returns whether it did. */
  public boolean tryLockViews(long timeoutMillis) {
    return tryLock(views, timeoutMillis);
  }

  /** Releases the views lock. */
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

  /** The views lock, with the samples lock or without. */
  private final class ViewsLock implements Lock {

    private final boolean includesSamples;

    ViewsLock(boolean includesSamples) {
      this.includesSamples = includesSamples;
    }

    @Override
    public void lock() {
      views.lock();
      boolean acquired = false;
      try {
        if (views.getHoldCount() == 1) {
          completion.run();
        }
        if (includesSamples) {
          acquireSamples();
        }
        acquired = true;
      } finally {
        if (!acquired) {
          views.unlock();
        }
      }
    }

    private void acquireSamples() {
      samples.lock();
      boolean drained = false;
      try {
        drain(backlog::closeAndDrain);
        drained = true;
      } finally {
        if (!drained) {
          samples.unlock();
        }
      }
    }

    @Override
    public void unlock() {
      try {
        if (includesSamples) {
          unlockSamples();
        }
      } finally {
        views.unlock();
      }
    }

    /** Throws an exception: no caller gives up waiting. */
    @Override
    public void lockInterruptibly() {
      throw new UnsupportedOperationException("use lock()");
    }

    /** Throws an exception: no caller gives up waiting. */
    @Override
    public boolean tryLock() {
      throw new UnsupportedOperationException("use lock()");
    }

    /** Throws an exception: no caller gives up waiting. */
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
}
