package io.greenlang.metrics.benchmarks.fanout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Encoding of the metrics that subscribers count. Each has a marker of eight bytes, so that one
 * comparison of a long finds it, at any position of a frame. A frame may therefore carry one metric
 * or a batch, and the bytes of another protocol around them.
 */
enum Payload {

  /** JSON: the text {@code "value":}, followed by the sixteen digits of the sending time. */
  JSON("\"value\":") {
    @Override
    long sentMicros(byte[] frame, int offset, int end) {
      return offset + DIGITS > end ? ABSENT : digits(frame, offset);
    }
  },

  /**
   * MessagePack: the key {@code value} and a float64. The marker has the first byte of that number,
   * which all times of this century share.
   */
  MSGPACK("\u00a5value\u00cbC") {
    @Override
    long sentMicros(byte[] frame, int offset, int end) {
      int number = offset - 1;
      return number + Long.BYTES > end
          ? ABSENT
          : (long) Double.longBitsToDouble((long) LONG.get(frame, number));
    }
  },

  /** Columns: their key. The times inside are not decoded, so there is no latency. */
  COLUMNS("\u00a7columns") {
    @Override
    long sentMicros(byte[] frame, int offset, int end) {
      return UNKNOWN;
    }
  };

  /** The result for a marker without a sending time after it, which is not a metric. */
  static final long ABSENT = -1;

  /** The result for a metric whose sending time is unknown. */
  static final long UNKNOWN = 0;

  private static final int DIGITS = 16;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final long marker;

  Payload(String marker) {
    this.marker = ByteBuffer.wrap(marker.getBytes(StandardCharsets.ISO_8859_1)).getLong();
  }

  /** Returns whether the marker is at a position of a frame. */
  boolean isAt(byte[] frame, int position) {
    return (long) LONG.get(frame, position) == marker;
  }

  /**
   * Returns the sending time of a metric in microseconds, {@link #UNKNOWN} or {@link #ABSENT}.
   *
   * @param offset the position after the marker
   * @param end the end of the frame
   */
  abstract long sentMicros(byte[] frame, int offset, int end);

  private static long digits(byte[] frame, int offset) {
    long value = 0;
    for (int i = offset; i < offset + DIGITS; i++) {
      int digit = frame[i] - '0';
      if (digit < 0 || digit > 9) {
        return ABSENT;
      }
      value = 10 * value + digit;
    }
    return value;
  }
}
