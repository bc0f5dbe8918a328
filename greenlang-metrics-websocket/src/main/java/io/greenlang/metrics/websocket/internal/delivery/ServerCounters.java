package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.subscription.DeliveryStats;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The counters of a server, summed over all of its sessions. Thread-safe. */
public final class ServerCounters {

  public final DeliveryLedger ledger = new DeliveryLedger();
  public final AtomicInteger subscriptions = new AtomicInteger();
  final LongAdder framesOut = new LongAdder();
  final LongAdder bytesOut = new LongAdder();
  public final LongAdder messagesIn = new LongAdder();
  public final LongAdder messagesDropped = new LongAdder();
  final LongAdder connectionsRefused = new LongAdder();
  public final LongAdder errors = new LongAdder();

  /** Returns the number of current subscriptions, one per session and channel. */
  public int subscriptions() {
    return subscriptions.get();
  }

  /** Returns the delivery statistics, summed over all current and closed subscriptions. */
  public DeliveryStats metrics() {
    return ledger.total();
  }

  /** Returns the number of frames handed to sockets. */
  public long framesOut() {
    return framesOut.sum();
  }

  /** Returns the bytes of these frames, including frame headers. */
  public long bytesOut() {
    return bytesOut.sum();
  }

  /** Returns the number of messages received from clients. */
  public long messagesIn() {
    return messagesIn.sum();
  }

  /** Returns the number of received messages that a rate limit dropped. */
  public long messagesDropped() {
    return messagesDropped.sum();
  }

  /** Counts a client that was rejected by a limit. */
  public void countRejectedConnection() {
    connectionsRefused.increment();
  }

  /** Returns the number of clients that were rejected by a limit. */
  public long connectionsRefused() {
    return connectionsRefused.sum();
  }

  /** Returns the number of error messages sent. */
  public long errors() {
    return errors.sum();
  }
}
