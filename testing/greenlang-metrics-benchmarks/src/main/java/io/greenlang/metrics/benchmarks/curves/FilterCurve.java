package io.greenlang.metrics.benchmarks.curves;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Curve of the cost of a publication by the number of distinct filters. Each filter selects one
 * host, and each publication is one metric of one host, so exactly one filter matches.
 */
public final class FilterCurve {

  private static final Channel CHANNEL = new Channel("bench.metrics");
  private static final List<Integer> FILTERS =
      List.of(1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000);

  /** Publications before the measurement, and in each of the measured parts. */
  private static final int PUBLICATIONS = 200_000;

  private static final int PARTS = 5;

  private static final FrameSink DISCARDING =
      new FrameSink() {
        @Override
        public void write(SharedFrames frames, int from, int to, int count) {
          frames.release();
        }
      };

  private FilterCurve() {}

  /** Measures, prints and draws; the argument is the directory of the chart. */
  public static void main(String[] args) throws Exception {
    List<LineChart.Point> points = new ArrayList<>();
    measure(FILTERS.get(FILTERS.size() - 1)); // compiles the code
    for (int filters : FILTERS) {
      double micros = measure(filters);
      System.out.printf(Locale.ROOT, "%,d filters: %.2f us per publication%n", filters, micros);
      points.add(new LineChart.Point(filters, micros));
    }
    LineChart chart = new LineChart("Publishing one metric that one filter matches");
    chart.add("publication and encoding", points);
    chart.writeLogLog(
        Path.of(args[0], "curve-filters.svg"), "distinct filters", "CPU per publication, µs");
  }

  /** Returns the CPU time of a publication in microseconds: the median of the parts. */
  private static double measure(int filters) {
    try (MetricsHub hub = MetricsHub.builder().retention(Retention.NONE).build()) {
      hub.addChannel(CHANNEL.name());
      ChannelStream stream = Objects.requireNonNull(HubStreams.find(hub, CHANNEL));
      List<FeedReader> readers = new ArrayList<>();
      List<Tags> hosts = new ArrayList<>();
      for (int i = 0; i < filters; i++) {
        TagFilter host = TagFilter.of(Map.of("host", Set.of("h" + i)));
        Subscription view = Subscription.ofChannel(CHANNEL).withTags(host);
        readers.add(stream.open(view, JsonFrameEncoder.INSTANCE, StartPosition.NOW, null));
        hosts.add(Tags.of("env", "production", "host", "h" + i));
      }
      publish(hub, readers, hosts);
      double micros =
          CpuTime.medianMicros(PARTS, () -> publish(hub, readers, hosts)) / PUBLICATIONS;
      readers.forEach(FeedReader::close);
      return micros;
    }
  }

  private static void publish(MetricsHub hub, List<FeedReader> readers, List<Tags> hosts) {
    for (int i = 0; i < PUBLICATIONS; i++) {
      int host = i % hosts.size();
      hub.publish(List.of(Metric.gauge(CHANNEL, "bench.time", i, hosts.get(host))));
      FeedReader reader = readers.get(host);
      while (reader.poll(DISCARDING) == FeedReader.Progress.FRAMES) {
        // frames are discarded
      }
    }
  }
}
