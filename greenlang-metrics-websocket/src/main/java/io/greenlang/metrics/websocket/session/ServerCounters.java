package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.Accounting;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a server's sessions did, in sum. Any thread. */
public final class ServerCounters {

  final Ledger ledger = new Ledger();
  final AtomicInteger subscriptions = new AtomicInteger();
  final LongAdder framesOut = new LongAdder();
  final LongAdder bytesOut = new LongAdder();
  final LongAdder messagesIn = new LongAdder();
  final LongAdder messagesDropped = new LongAdder();
  final LongAdder connectionsRefused = new LongAdder();
  final LongAdder errors = new LongAdder();

  /** Subscriptions now: one for each session and channel. */
  public int subscriptions() {
    return subscriptions.get();
  }

  /** What became of the metrics, in sum over all subscriptions that there are and were. */
  public Accounting metrics() {
    return ledger.sum();
  }

  /** Frames handed to sockets. */
  public long framesOut() {
    return framesOut.sum();
  }

  /** Bytes of these frames, headers included. */
  public long bytesOut() {
    return bytesOut.sum();
  }

  /** Messages that came from clients. */
  public long messagesIn() {
    return messagesIn.sum();
  }

  /** Of these, messages that were too many. */
  public long messagesDropped() {
    return messagesDropped.sum();
  }

  /** Counts a client that was refused because there were too many. */
  public void connectionRefused() {
    connectionsRefused.increment();
  }

  /** Clients that were refused because there were too many. */
  public long connectionsRefused() {
    return connectionsRefused.sum();
  }

  /** Error messages sent. */
  public long errors() {
    return errors.sum();
  }
}
