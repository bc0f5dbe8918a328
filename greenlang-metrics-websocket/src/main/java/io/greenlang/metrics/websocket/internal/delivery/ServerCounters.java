package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.DeliveryStats;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The counters of a server, summed over all of its sessions. Thread-safe. */
public final class ServerCounters {

  private final DeliveryLedger ledger = new DeliveryLedger();
  private final AtomicInteger subscriptions = new AtomicInteger();
  private final LongAdder framesOut = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder messagesIn = new LongAdder();
  private final LongAdder messagesDropped = new LongAdder();
  private final LongAdder connectionsRefused = new LongAdder();
  private final LongAdder errors = new LongAdder();

  /** Includes a new reader in the delivery statistics. If that fails, the reader is closed. */
  public void openReader(FeedReader reader) {
    ledger.open(reader);
  }

  /**
   * Closes a reader and keeps its final statistics. A reader that is already closed is left
   * unchanged. Takes the channel's lock.
   */
  public void closeReader(FeedReader reader) {
    ledger.close(reader);
  }

  /** Counts subscriptions that began, or, if negative, that ended. */
  public void addSubscriptions(int count) {
    subscriptions.addAndGet(count);
  }

  /** Counts frames that were handed to a socket. */
  void countFrames(int frames, int bytes) {
    framesOut.add(frames);
    bytesOut.add(bytes);
  }

  /** Counts a message from a client. */
  public void countMessage() {
    messagesIn.increment();
  }

  /** Counts a message that a limit dropped. */
  public void countDroppedMessage() {
    messagesDropped.increment();
  }

  /** Counts a client that was rejected by a limit. */
  public void countRejectedConnection() {
    connectionsRefused.increment();
  }

  /** Counts an error message, or a failure of the authenticator. */
  public void countError() {
    errors.increment();
  }

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

  /** Returns the number of clients that were rejected by a limit. */
  public long connectionsRefused() {
    return connectionsRefused.sum();
  }

  /** Returns the number of error messages sent and of failures of the authenticator. */
  public long errors() {
    return errors.sum();
  }
}
