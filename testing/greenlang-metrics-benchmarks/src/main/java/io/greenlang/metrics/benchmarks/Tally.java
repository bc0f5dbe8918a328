package io.greenlang.metrics.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all subscribers received while it counts: metrics, their lateness, and whatever should not
 * have come. A metric is the text {@code "value":} with the sixteen digits of its sending time
 * behind it, wherever in a frame it stands, so a frame may carry one metric or a batch.
 *
 * <p>For the one thread that reads the sockets.
 */
final class Tally {

  static final int DIGITS = 16;

  /** The marker has eight bytes: one comparison of a long finds it. */
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final long MARKER =
      (long) LONG.get("\"value\":".getBytes(StandardCharsets.US_ASCII), 0);

  final LatencyHistogram latency = new LatencyHistogram();
  boolean counting;
  long frames;
  long bytes;

  /** Frames without a metric that tell of trouble; counted from the first byte on. */
  long lagged;

  long errors;
  @Nullable String firstError;

  /** How the connections ended that the server ended, and how many each way. */
  final Map<String, Integer> ends = new TreeMap<>();

  /** Counts the metrics of one frame that was in our hands at {@code arrivedMicros}. */
  int frame(byte[] from, int start, int end, long arrivedMicros) {
    int metrics = 0;
    int last = end - Long.BYTES - DIGITS;
    for (int i = start; i <= last; i++) {
      if ((long) LONG.get(from, i) != MARKER) {
        continue;
      }
      long sent = digits(from, i + Long.BYTES);
      if (sent >= 0) {
        metrics++;
        if (counting) {
          latency.record(arrivedMicros - sent);
        }
        i += Long.BYTES + DIGITS - 1;
      }
    }
    if (metrics == 0) {
      control(new String(from, start, end - start, StandardCharsets.UTF_8));
    } else if (counting) {
      frames++;
      bytes += end - start;
    }
    return metrics;
  }

  void error(String text) {
    errors++;
    if (firstError == null) {
      firstError = text;
    }
  }

  void ended(String how) {
    ends.merge(how, 1, Integer::sum);
  }

  private void control(String text) {
    if (text.contains("\"lagged\"")) {
      lagged++;
    } else if (text.contains("\"error\"")) {
      error(text);
    }
  }

  private static long digits(byte[] from, int at) {
    long value = 0;
    for (int i = at; i < at + DIGITS; i++) {
      int digit = from[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value;
  }
}
