package io.greenlang.metrics.netty.internal.tls;

import java.util.concurrent.LinkedBlockingDeque;

/**
 * A bounded queue of tasks from which threads take the latest first. Handshakes that no client will
 * finish arrive in floods. In the order of arrival, a client would wait for the signatures of all
 * of them, longer than its timeout; the oldest are those of which the time is up first.
 * Thread-safe.
 */
final class LatestFirstQueue extends LinkedBlockingDeque<Runnable> {

  private static final long serialVersionUID = 1;

  LatestFirstQueue(int capacity) {
    super(capacity);
  }

  @Override
  public boolean offer(Runnable task) {
    return offerFirst(task);
  }
}
