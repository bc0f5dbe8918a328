package io.greenlang.metrics.benchmarks.curves;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Curve of the cost of aggregation by the number of series: the CPU time of publishing one sample
 * of each series into open windows of a minute.
 */
public final class AggregationCurve {

  private static final Channel CHANNEL = new Channel("bench.metrics");
  private static final List<Integer> SERIES =
      List.of(10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000);

  /** Metrics of a publication, at most. */
  private static final int BATCH = 1_000;

  /** Samples before the measurement, and in each of the measured parts, at least. */
  private static final int SAMPLES = 500_000;

  private static final int PARTS = 5;

  private AggregationCurve() {}

  /** Measures, prints and draws; the argument is the directory of the chart. */
  public static void main(String[] args) throws Exception {
    List<LineChart.Point> points = new ArrayList<>();
    measure(SERIES.get(0)); // compiles the code
    for (int series : SERIES) {
      double millis = measure(series) / 1e3;
      System.out.printf(
          Locale.ROOT,
          "%,d series: %.4f ms for a sample of each, %.0f ns per sample%n",
          series,
          millis,
          millis * 1e6 / series);
      points.add(new LineChart.Point(series, millis));
    }
    LineChart chart = new LineChart("Folding one sample of each series into windows");
    chart.add("publication and aggregation", points);
    chart.writeLogLog(
        Path.of(args[0], "curve-aggregation.svg"), "series", "CPU for a sample of each series, ms");
  }

  /** Returns the CPU time in microseconds for one sample of each series. */
  private static double measure(int series) {
    try (MetricsHub hub =
        MetricsHub.builder()
            .limits(new ChannelLimits(1 << 20, series))
            .retention(Retention.NONE)
            .build()) {
      hub.addChannel(CHANNEL.name());
      ChannelStream stream = Objects.requireNonNull(HubStreams.find(hub, CHANNEL));
      Subscription all = Subscription.ofChannel(CHANNEL);
      Subscription windows =
          new Subscription(
              CHANNEL, all.tags(), all.names(), Interval.ONE_MINUTE, null, Format.METRIC);
      FeedReader reader = stream.open(windows, JsonFrameEncoder.INSTANCE, StartPosition.NOW, null);
      List<Tags> hosts = new ArrayList<>();
      for (int i = 0; i < series; i++) {
        hosts.add(Tags.of("env", "production", "host", "h" + i));
      }
      int repetitions = Math.max(1, SAMPLES / series);
      publish(hub, hosts, repetitions);
      double micros = CpuTime.medianMicros(PARTS, () -> publish(hub, hosts, repetitions));
      reader.close();
      return micros / repetitions;
    }
  }

  private static void publish(MetricsHub hub, List<Tags> hosts, int repetitions) {
    for (int repetition = 0; repetition < repetitions; repetition++) {
      double value = repetition % 100;
      for (int from = 0; from < hosts.size(); from += BATCH) {
        List<Metric> metrics = new ArrayList<>(BATCH);
        for (Tags host : hosts.subList(from, Math.min(hosts.size(), from + BATCH))) {
          metrics.add(Metric.gauge(CHANNEL, "cpu.percent", value, host));
        }
        hub.publish(metrics);
      }
    }
  }
}
