package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.ingest.MalformedPublicationException;
import io.greenlang.metrics.ingest.PublicationFormat;
import io.greenlang.metrics.ingest.PublicationReader;
import io.greenlang.metrics.ingest.ReadPublication;
import io.greenlang.metrics.internal.util.LogThrottle;
import io.greenlang.metrics.redis.internal.connection.BoundedReply;
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
 * backlog of their channel. Messages that are invalid, or some of whose metrics are, are counted,
 * and logged once per minute. Thread-safe; does not block.
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

  /** Returns the number of messages that were not valid, in whole or in part. */
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
      ReadPublication publication = read(channel, message);
      if (!publication.rejections().isEmpty()) {
        countMalformed(channel, describe(publication));
      }
      List<Metric> metrics = publication.metrics();
      if (!metrics.isEmpty()) {
        add(channel, ExternalBacklog.markOf(message), metrics.size(), pack(metrics));
      }
    } catch (MalformedPublicationException e) {
      countMalformed(channel, e.reason());
    } catch (MalformedDataException e) {
      countMalformed(channel, String.valueOf(e.getMessage()));
    }
  }

  private ReadPublication read(Channel channel, byte[] message)
      throws MalformedPublicationException, MalformedDataException {
    if (message == BoundedReply.TOO_LARGE) {
      throw new MalformedDataException("it is too long");
    }
    Instant arrivalTime = Instant.ofEpochMilli(wallMillis.getAsLong());
    // Each instance decides on the types that it knows, when it receives them from the log.
    return PublicationReader.read(
        PublicationFormat.detect(message), channel, message, arrivalTime, type -> true);
  }

  private static String describe(ReadPublication publication) {
    int rejected = publication.rejections().size();
    ReadPublication.Rejection first = publication.rejections().get(0);
    return rejected
        + " of its "
        + (publication.metrics().size() + rejected)
        + " metrics, the first at index "
        + first.index()
        + ": "
        + first.reason();
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

  private void countMalformed(Channel channel, String reason) {
    malformed.increment();
    if (warnings.tryAcquire(nanos.getAsLong())) {
      long total = malformed.sum();
      long others = total - reported.getAndSet(total) - 1;
      log.warn(
          "Skipped a message or metrics of an external publisher on {}: {}{}",
          channel,
          reason,
          others <= 0 ? "" : "; " + others + " more since the previous message of this kind");
    }
  }
}
