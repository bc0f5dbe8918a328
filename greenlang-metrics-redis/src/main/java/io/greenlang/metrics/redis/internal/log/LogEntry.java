package io.greenlang.metrics.redis.internal.log;

/**
 * One publication in a channel's log.
 *
 * @param offset its offset, from 1, consecutive across epochs
 * @param millis when it was logged, by Redis' clock; never decreases
 * @param previousMillis the same of the entry before it; 0 if there was none
 * @param metricsBefore the number of metrics ever logged before it
 * @param publisher the instance that published it, or the mark of an external message
 * @param publisherSequence its number among that publisher's publications on this channel
 * @param count the number of its metrics
 * @param payload the encoded metrics, which are not trusted
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record LogEntry(
    long offset,
    long millis,
    long previousMillis,
    long metricsBefore,
    String publisher,
    long publisherSequence,
    long count,
    byte[] payload) {

  /** The prefix of an external entry's publisher name; the digest of the message follows. */
  public static final String EXTERNAL_MARK = "~";

  /** Returns whether an external publisher sent the metrics. */
  public boolean isExternal() {
    return publisher.startsWith(EXTERNAL_MARK);
  }

  /** Returns the id of the entry in the stream. */
  public String id() {
    return millis + "-" + offset;
  }
}
