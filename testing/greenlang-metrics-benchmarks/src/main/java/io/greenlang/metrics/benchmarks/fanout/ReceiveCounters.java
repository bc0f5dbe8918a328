package io.greenlang.metrics.benchmarks.fanout;

import io.greenlang.metrics.benchmarks.LatencyHistogram;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counters of the traffic that all subscribers received while counting is enabled: metrics, their
 * latency, and unexpected messages. Confined to the thread that reads the sockets.
 */
final class ReceiveCounters {

  private final Payload payload;
  private final int metricsPerMarker;

  final LatencyHistogram latency = new LatencyHistogram();
  boolean counting;
  long metrics;
  long frames;
  long bytes;

  /** Frames that report a lag. They carry no metric and are counted from the first byte on. */
  long lagged;

  long errors;
  @Nullable String firstError;

  /** The number of connections that the server closed, by kind of closure. */
  final Map<String, Integer> closures = new TreeMap<>();

  /**
   * Creates counters.
   *
   * @param metricsPerMarker the number of metrics that a marker stands for: more than one in
   *     columns
   */
  ReceiveCounters(Payload payload, int metricsPerMarker) {
    this.payload = payload;
    this.metricsPerMarker = metricsPerMarker;
  }

  /**
   * Counts the metrics of one frame that was received at {@code arrivedMicros}.
   *
   * @return the number of metrics in the frame
   */
  int recordFrame(byte[] buffer, int start, int end, long arrivedMicros) {
    int found = 0;
    int last = end - Long.BYTES;
    for (int i = start; i <= last; i++) {
      if (!payload.isAt(buffer, i)) {
        continue;
      }
      long sentMicros = payload.sentMicros(buffer, i + Long.BYTES, end);
      if (sentMicros != Payload.ABSENT) {
        found += metricsPerMarker;
        recordLatency(sentMicros, arrivedMicros);
        i += Long.BYTES - 1;
      }
    }
    if (found == 0) {
      control(new String(buffer, start, end - start, StandardCharsets.UTF_8));
    } else if (counting) {
      metrics += found;
      frames++;
      bytes += end - start;
    }
    return found;
  }

  private void recordLatency(long sentMicros, long arrivedMicros) {
    if (counting && sentMicros != Payload.UNKNOWN) {
      latency.record(arrivedMicros - sentMicros);
    }
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
}
