package io.greenlang.metrics.redis;

/**
 * One publication in a channel's log.
 *
 * @param offset its number, from 1, without holes, whatever the epoch
 * @param millis when it was logged, by Redis' clock; does not decrease
 * @param previousMillis the same of the entry before it; 0 if there was none
 * @param metricsBefore how many metrics were logged before it, ever
 * @param node who published it
 * @param sequence its number among that node's publications on this channel
 * @param count how many metrics it has
 * @param payload the metrics, packed by who knows whom
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record LogEntry(
    long offset,
    long millis,
    long previousMillis,
    long metricsBefore,
    String node,
    long sequence,
    long count,
    byte[] payload) {}
