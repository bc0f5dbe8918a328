package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.internal.util.LogThrottle;
import io.greenlang.metrics.redis.internal.log.PublicationCodec;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The intake of external publishers' messages: it validates and encodes them, and adds them to the
 * backlog of their channel. Invalid messages are counted, and logged once per minute. Thread-safe;
 * does not block.
 */
final class ExternalIntake {

  private static final Logger log = LoggerFactory.getLogger(ExternalIntake.class);

  private final ExternalBacklogs backlogs;
  private final LongSupplier wallMillis;
  private final LongSupplier nanos;
  private final LogThrottle warnings = new LogThrottle();
  private final LongAdder malformed = new LongAdder();

  /** The number of invalid messages when the last one was logged. */
  private final AtomicLong reported = new AtomicLong();

  private final LongAdder dropped = new LongAdder();

  ExternalIntake(ExternalBacklogs backlogs, LongSupplier wallMillis, LongSupplier nanos) {
    this.backlogs = backlogs;
    this.wallMillis = wallMillis;
    this.nanos = nanos;
  }

  /** Returns the number of messages that were not valid. */
  long malformed() {
    return malformed.sum();
  }

  /** Returns the number of messages that were dropped before they could be logged. */
  long dropped() {
    return dropped.sum();
  }

  /** Counts messages that were dropped. */
  void addDropped(int messages) {
    dropped.add(messages);
  }

  /** Adds a message to the backlog of its channel, if that is open. */
  void onMessage(Channel channel, byte[] message) {
    if (!backlogs.isOpen(channel)) {
      return; // not subscribed yet
    }
    try {
      Instant arrivalTime = Instant.ofEpochMilli(wallMillis.getAsLong());
      List<Metric> metrics = ExternalReader.read(channel, message, arrivalTime);
      add(channel, ExternalBacklog.markOf(message), metrics.size(), pack(metrics));
    } catch (MalformedDataException e) {
      countMalformed(channel, e);
    }
  }

  private void add(Channel channel, String mark, int count, byte[] payload) {
    long now = nanos.getAsLong();
    backlogs.update(channel, backlog -> addDropped(backlog.addReceived(mark, count, payload, now)));
    backlogs.signalMessage();
  }

  private static byte[] pack(List<Metric> metrics) throws MalformedDataException {
    byte[] payload = PublicationCodec.pack(metrics);
    if (payload.length > PublicationCodec.MAX_BYTES) {
      throw new MalformedDataException(
          "its metrics take more than " + PublicationCodec.MAX_BYTES + " bytes");
    }
    return payload;
  }

  private void countMalformed(Channel channel, MalformedDataException reason) {
    malformed.increment();
    if (warnings.tryAcquire(nanos.getAsLong())) {
      long total = malformed.sum();
      long others = total - reported.getAndSet(total) - 1;
      log.warn(
          "Skipped a message of an external publisher on {}: {}{}",
          channel,
          reason.getMessage(),
          others <= 0 ? "" : "; " + others + " more since the previous message of this kind");
    }
  }
}
