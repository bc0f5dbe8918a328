package io.greenlang.metrics.feed;

/**
 * What never changes in the messages of a series, written once. A metric is these bytes with a
 * value and a time between them: 65 ns instead of 400.
 *
 * @param beforeValue everything up to the value
 * @param afterTime everything behind the time; the arrays are never changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record EncodedSeries(byte[] beforeValue, byte[] afterTime) {}
