package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.feed.ChannelStream;
import io.greenlang.metrics.feed.FeedCursor;
import io.greenlang.metrics.feed.FrameSink;
import io.greenlang.metrics.feed.Start;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.protocol.JsonFrameEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What ten thousand different filters cost, beside one filter with as many subscribers. The same
 * publication, one metric of each host, brings the same number of deliveries in both.
 */
public final class FilterBench {

  private static final String USAGE =
      """
      usage: FilterBench [options]

        --subscribers N    subscribers, and hosts of which each publication has a metric (10000)
        --rounds N         counted publications to each kind, in turn (200)
        --warmup N         publications before that (200)
        --socket NANOS     what writing to a socket costs, for the second ratio (5000)
      """;

  private static final Channel CHANNEL = new Channel("bench.metrics");

  private FilterBench() {}

  /** One kind of subscribers, each of whom gets one metric of a publication. */
  private static final class Kind implements AutoCloseable {
    final MetricsHub hub = MetricsHub.create();
    final List<FeedCursor> cursors = new ArrayList<>();
    final long[] nanos;
    long delivered;
    final FrameSink sink =
        (frames, from, to, count) -> {
          delivered += count;
          frames.release();
        };

    Kind(int subscribers, int filters, int rounds) {
      hub.addChannel(CHANNEL.name());
      nanos = new long[rounds];
      ChannelStream stream = Objects.requireNonNull(hub.stream(CHANNEL));
      Subscription all = Subscription.to(CHANNEL);
      for (int i = 0; i < subscribers; i++) {
        TagFilter filter = TagFilter.of(Map.of("host", Set.of("h" + i % filters)));
        Subscription view =
            new Subscription(CHANNEL, filter, all.names(), null, null, Format.METRIC);
        cursors.add(stream.open(view, JsonFrameEncoder.INSTANCE, Start.NOW, null));
      }
    }

    /** Publishes, hands everything over, and tells how long that took. */
    long round(List<Metric> publication) {
      long before = delivered;
      long began = System.nanoTime();
      hub.publish(publication);
      for (FeedCursor cursor : cursors) {
        cursor.poll(sink);
      }
      long took = System.nanoTime() - began;
      if (delivered - before != cursors.size()) {
        throw new IllegalStateException(
            (delivered - before) + " deliveries instead of " + cursors.size());
      }
      return took;
    }

    double medianPerDelivery() {
      Arrays.sort(nanos);
      return (double) nanos[nanos.length / 2] / cursors.size();
    }

    @Override
    public void close() {
      hub.close();
    }
  }

  /** See {@code --help}. */
  public static void main(String[] args) {
    Arguments arguments = Arguments.parse(USAGE, args);
    int subscribers = arguments.integer("subscribers", 10_000);
    int rounds = arguments.integer("rounds", 200);
    try (Kind one = new Kind(subscribers, 1, rounds);
        Kind many = new Kind(subscribers, subscribers, rounds)) {
      for (int i = -arguments.integer("warmup", 200); i < rounds; i++) {
        List<Metric> publication = publication(subscribers, i);
        long ofOne = one.round(publication);
        long ofMany = many.round(publication);
        if (i >= 0) {
          one.nanos[i] = ofOne;
          many.nanos[i] = ofMany;
        }
      }
      print(subscribers, one.medianPerDelivery(), many.medianPerDelivery(), arguments);
    }
  }

  private static void print(int subscribers, double one, double many, Arguments arguments) {
    double socket = arguments.number("socket", 5_000);
    System.out.printf(Locale.ROOT, "%d subscribers, ns per delivery (median)%n", subscribers);
    System.out.printf(Locale.ROOT, "one filter          %8.0f%n", one);
    System.out.printf(Locale.ROOT, "a filter each       %8.0f%n", many);
    System.out.printf(Locale.ROOT, "ratio, hub alone    %8.2f%n", many / one);
    System.out.printf(
        Locale.ROOT,
        "ratio, with a write %8.2f  (%.0f ns a socket)%n",
        (many + socket) / (one + socket),
        socket);
  }

  private static List<Metric> publication(int hosts, int value) {
    List<Metric> metrics = new ArrayList<>(hosts);
    for (int i = 0; i < hosts; i++) {
      metrics.add(Metric.gauge(CHANNEL, "cpu.percent", value, Tags.of("host", "h" + i)));
    }
    return metrics;
  }
}
