package io.greenlang.metrics.client.internal.connection;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The demand for frames of a client. It bounds the frames that the client has read and that its
 * listeners and subscribers have not processed yet.
 *
 * <p>If the window is full, the client requests no further frame from its socket. The receive
 * buffer of the system fills, and the server merges what the client misses. Nothing is dropped
 * here. Thread-safe; no lock is held while another object is called.
 */
public final class ReadWindow {

  private final int size;
  private final ReentrantLock lock = new ReentrantLock();
  private int held;
  private int requested;
  private @Nullable LongConsumer demand;

  /** Creates a window of frames. */
  public ReadWindow(int size) {
    this.size = size;
  }

  /**
   * A frame in the window. It leaves the window after each holder has released it. The first holder
   * is the one that acquired it.
   */
  public final class Credit {

    private final AtomicInteger holders = new AtomicInteger(1);

    private Credit() {}

    /** Adds a holder. Only a holder may call it. */
    public void retain() {
      holders.incrementAndGet();
    }

    /** Removes a holder. */
    public void release() {
      if (holders.decrementAndGet() == 0) {
        onReleased();
      }
    }
  }

  /**
   * Requests the frames of a new socket. It requests at least one, even if the window is full,
   * because the socket's first frames are replies that no subscriber holds.
   */
  void attach(LongConsumer newDemand) {
    int initial;
    lock.lock();
    try {
      initial = Math.max(1, size - held);
      demand = newDemand;
      requested = initial;
    } finally {
      lock.unlock();
    }
    newDemand.accept(initial);
  }

  /** Requests no further frame of a socket. */
  void detach(LongConsumer oldDemand) {
    lock.lock();
    try {
      if (demand == oldDemand) {
        demand = null;
        requested = 0;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds a frame that a socket delivered. */
  Credit acquire(LongConsumer source) {
    lock.lock();
    try {
      held++;
      if (demand == source) {
        requested--;
      }
      return new Credit();
    } finally {
      lock.unlock();
    }
  }

  private void onReleased() {
    LongConsumer current = null;
    lock.lock();
    try {
      held--;
      if (demand != null && held + requested < size) {
        requested++;
        current = demand;
      }
    } finally {
      lock.unlock();
    }
    if (current != null) {
      current.accept(1);
    }
  }

  /** Returns whether an open socket is not read, because the window is full. */
  public boolean isPaused() {
    lock.lock();
    try {
      return demand != null && requested == 0;
    } finally {
      lock.unlock();
    }
  }
}
