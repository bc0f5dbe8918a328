package io.greenlang.metrics.benchmarks.fanout;

import io.greenlang.metrics.benchmarks.LatencyHistogram;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counters of the traffic that all subscribers received while counting is enabled: metrics, their
 * latency, and unexpected messages. A metric is recognized by the text {@code "value":} followed by
 * the sixteen digits of its sending time, at any position of a frame. A frame may therefore carry
 * one metric or a batch.
 *
 * <p>Confined to the thread that reads the sockets.
 */
final class ReceiveCounters {

  static final int DIGITS = 16;

  /** Reads the eight bytes of the marker, so that one comparison of a long finds it. */
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final long MARKER =
      (long) LONG.get("\"value\":".getBytes(StandardCharsets.US_ASCII), 0);

  final LatencyHistogram latency = new LatencyHistogram();
  boolean counting;
  long frames;
  long bytes;

  /** Frames that report a lag. They carry no metric and are counted from the first byte on. */
  long lagged;

  long errors;
  @Nullable String firstError;

  /** The number of connections that the server closed, by kind of closure. */
  final Map<String, Integer> closures = new TreeMap<>();

  /**
   * Counts the metrics of one frame that was received at {@code arrivedMicros}.
   *
   * @return the number of metrics in the frame
   */
  int recordFrame(byte[] buffer, int start, int end, long arrivedMicros) {
    int metrics = 0;
    int last = end - Long.BYTES - DIGITS;
    for (int i = start; i <= last; i++) {
      if ((long) LONG.get(buffer, i) != MARKER) {
        continue;
      }
      long sentMicros = digits(buffer, i + Long.BYTES);
      if (sentMicros >= 0) {
        metrics++;
        if (counting) {
          latency.record(arrivedMicros - sentMicros);
        }
        i += Long.BYTES + DIGITS - 1;
      }
    }
    if (metrics == 0) {
      control(new String(buffer, start, end - start, StandardCharsets.UTF_8));
    } else if (counting) {
      frames++;
      bytes += end - start;
    }
    return metrics;
  }

  void recordError(String text) {
    errors++;
    if (firstError == null) {
      firstError = text;
    }
  }

  void recordClosure(String closure) {
    closures.merge(closure, 1, Integer::sum);
  }

  private void control(String text) {
    if (text.contains("\"lagged\"")) {
      lagged++;
    } else if (text.contains("\"error\"")) {
      recordError(text);
    }
  }

  private static long digits(byte[] buffer, int offset) {
    long value = 0;
    for (int i = offset; i < offset + DIGITS; i++) {
      int digit = buffer[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value;
  }
}
