package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.DistributionRecorder;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the means of numbers whose sum exceeds the range of a double, or rounds some of them. */
class ExtremeNumbersTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_100_000L; // a multiple of five minutes
  private static final List<String> KINDS = List.of("gauge", "histogram", "distribution");

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final MemoryLog log = new MemoryLog(clock);
  private final ReceivedMessages received = new ReceivedMessages();
  private ChannelRegistry streams = registry();
  private ChannelStream stream =
      TestStreams.open(streams, CHANNEL, ChannelLog.empty(MemoryLog.EPOCH));

  private ChannelRegistry registry() {
    return new ChannelRegistry(
        new ChannelLimits(1 << 20, 1000),
        clock,
        Aggregators.builtIn(clock),
        Retention.defaults(),
        log);
  }

  private static Metric metric(String kind, String suffix, double value, Tags tags) {
    String name = kind + "." + suffix;
    return switch (kind) {
      case "gauge" -> Metric.gauge(CHANNEL, name, value, tags);
      case "histogram" -> Metric.histogram(CHANNEL, name, value, tags);
      default -> Metric.distribution(CHANNEL, name, Distribution.of(value), tags);
    };
  }

  private void publish(List<Metric> metrics) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    stream.accept(
        log.append(CHANNEL, metrics.stream().map(each -> each.withTimestamp(now)).toList()));
  }

  /** Publishes the numbers over time, over hosts, in one distribution, and with a recorder. */
  private void publishAll(double[] numbers) {
    DistributionRecorder recorder = new DistributionRecorder();
    for (int i = 0; i < numbers.length; i++) {
      List<Metric> metrics = new ArrayList<>();
      for (String kind : KINDS) {
        metrics.add(metric(kind, "minutes", numbers[i], Tags.empty()));
        metrics.add(metric(kind, "hosts", numbers[i], Tags.of("host", "h" + i)));
        for (double each : i == 0 ? numbers : new double[0]) {
          metrics.add(metric(kind, "once", each, Tags.empty()));
        }
      }
      publish(metrics);
      recorder.record(numbers[i]);
      advanceClock(Duration.ofMinutes(1));
    }
    publish(
        List.of(
            Metric.distribution(CHANNEL, "whole", Distribution.of(numbers), Tags.empty()),
            Metric.distribution(
                CHANNEL, "recorded", Objects.requireNonNull(recorder.drain()), Tags.empty())));
    advanceClock(Duration.ofMinutes(4));
  }

  private void advanceClock(Duration duration) {
    clock.advance(duration);
    streams.tick();
  }

  private FeedReader open(@Nullable List<String> groupBy, StartPosition start) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    return stream.open(
        new Subscription(
            CHANNEL,
            all.tags(),
            all.names(),
            Interval.FIVE_MINUTES,
            groupBy == null ? null : new TreeSet<>(groupBy),
            Format.METRIC),
        PlainEncoder.INSTANCE,
        start,
        null);
  }

  private void requireMeans(List<String> messages, double mean, boolean hosts) {
    Map<String, Double> means = new TreeMap<>();
    for (String message : messages) {
      String[] parts = message.split("[ {=}]+", 4);
      if (!message.contains("host=")) {
        means.put(parts[1], Double.parseDouble(parts[2]));
      }
    }
    requireMeans(means, mean, hosts);
  }

  private static void requireMeans(Map<String, Double> means, double mean, boolean hosts) {
    assertThat(means).hasSize(hosts ? 11 : 8);
    means.forEach(
        (name, value) ->
            assertThat(value).as(name).isCloseTo(mean, within(1e-15 * Math.abs(mean))));
  }

  private void requireHistory(Interval interval, double mean) {
    Map<String, Double> means = new TreeMap<>();
    HistoryQuery query =
        new HistoryQuery((name, tags) -> true, 0, Long.MAX_VALUE, interval, 10_000, null);
    for (HistoryPoint point : Objects.requireNonNull(stream.find(query)).points()) {
      boolean isPart = interval == Interval.ONE_SECOND && point.name().endsWith("minutes");
      if (point.tags().isEmpty() && !isPart) {
        means.put(point.name(), point.value());
      }
    }
    if (interval == Interval.ONE_SECOND) {
      assertThat(means).hasSize(5);
      KINDS.forEach(kind -> means.put(kind + ".minutes", mean));
    }
    requireMeans(means, mean, false);
  }

  @ParameterizedTest
  @CsvSource({
    "1.7e308 1.7e308 -1.7e308, 5.666666666666667e307",
    "1.2e308 1e308 1e308, 1.0666666666666667e308",
    "-1.2e308 -1e308 -1e308, -1.0666666666666667e308",
    "1e16 1 -1e16, 0.3333333333333333",
  })
  void mean_extremeSamples_isExactInWindowsGroupsAndHistory(String text, double mean) {
    double[] numbers =
        Arrays.stream(text.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    FeedReader separate = open(null, StartPosition.NOW);
    FeedReader grouped = open(List.of(), StartPosition.NOW);
    publishAll(numbers);
    requireMeans(received.drain(separate), mean, false);
    requireMeans(received.drain(grouped), mean, true);
    requireHistory(Interval.ONE_SECOND, mean);
    requireHistory(Interval.FIVE_MINUTES, mean);

    streams = registry();
    stream = TestStreams.open(streams, CHANNEL, log);
    requireHistory(Interval.ONE_SECOND, mean);
    requireHistory(Interval.FIVE_MINUTES, mean);
    StartPosition fromStart = StartPosition.from(Instant.ofEpochMilli(START));
    requireMeans(received.drain(open(List.of(), fromStart)), mean, true);
  }
}
