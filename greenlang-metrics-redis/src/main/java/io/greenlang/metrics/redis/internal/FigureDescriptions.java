package io.greenlang.metrics.redis.internal;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import java.util.List;

/**
 * The units and descriptions of the broker's health figures, under the names with which a collector
 * publishes them on {@code distributed.metrics}.
 */
final class FigureDescriptions {

  /** The channel of the figures. */
  static final Channel CHANNEL = Channel.DISTRIBUTED;

  /** One for each figure of {@link BrokerHealth}. */
  static final List<MetricDescription> ALL =
      List.of(
          figure("connected", "1", "1 while all connections to Redis are established, otherwise 0"),
          figure("queue.publications", "{publication}", "Publications that wait for Redis"),
          figure("queue.bytes", "By", "Size of the publications that wait for Redis"),
          figure("memory.used_bytes", "By", "Memory that Redis uses"),
          figure("memory.max_bytes", "By", "Memory that Redis may use; 0 without a limit"),
          figure("round_trip_ms", "ms", "Round trip to Redis"),
          figure("dropped", "{publication}", "Publications that other instances never receive"),
          figure("gaps.filled", "{publication}", "Publications that were read from the log"),
          figure("gaps.lost", "{metric}", "Metrics that the log no longer contained"),
          figure("malformed", "{message}", "Invalid messages and entries"),
          figure("reconnects", "{subscription}", "Subscriptions that were established again"),
          figure("overflowed", "{message}", "Messages that arrived faster than delivery"),
          figure("windows.dropped", "{window}", "Windows that Redis did not store"),
          figure("foreign.malformed", "{message}", "Invalid messages of external publishers"),
          figure("foreign.dropped", "{message}", "Messages of external publishers not logged"));

  private FigureDescriptions() {}

  private static MetricDescription figure(String name, String unit, String text) {
    return new MetricDescription(CHANNEL, "broker." + name, unit, text);
  }
}
