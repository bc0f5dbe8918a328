package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.CapturedLog;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The reports of metrics that a channel drops because it reached its series limit. */
class SeriesLimitTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final int LIMIT = 10;

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000_000_000L));
  private final ChannelRegistry streams = TestStreams.registry(clock, LIMIT);
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private long offset;

  private FeedReader open(String host, @Nullable Interval interval, @Nullable Set<String> groupBy) {
    TagFilter filter = host.isEmpty() ? TagFilter.ALL : TagFilter.of(Map.of("host", List.of(host)));
    Subscription all = Subscription.ofChannel(CHANNEL);
    return stream.open(
        new Subscription(
            CHANNEL,
            filter,
            all.names(),
            interval,
            groupBy == null ? null : new TreeSet<>(groupBy),
            Format.METRIC),
        PlainEncoder.INSTANCE,
        StartPosition.NOW,
        null);
  }

  /** Publishes one metric of each of these series, and lets the hub's timer run. */
  private void publish(int from, int to, String host) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = from; i < to; i++) {
      metrics.add(
          Metric.gauge(CHANNEL, "m" + i, i, Tags.of("host", host))
              .withTimestamp(Instant.ofEpochMilli(clock.wallTimeMillis())));
    }
    stream.accept(new Publication(CHANNEL, "e", ++offset, clock.wallTimeMillis(), metrics));
    streams.tick();
  }

  private List<String> reports(FeedReader reader) {
    return received.drain(reader).stream().filter(message -> message.startsWith("D ")).toList();
  }

  @Test
  void tick_seriesDropped_reportsTheirNumberOncePerMinute() {
    FeedReader reader = open("", null, null);
    publish(0, LIMIT, "a");
    assertThat(reports(reader)).isEmpty();

    publish(LIMIT, LIMIT + 300, "a");
    assertThat(reports(reader)).containsExactly("D 300");

    publish(LIMIT, LIMIT + 300, "a");
    publish(LIMIT, LIMIT + 1, "a");
    assertThat(reports(reader)).as("within the minute").isEmpty();

    clock.advance(Duration.ofMinutes(1));
    streams.tick();
    assertThat(reports(reader)).as("without another publication").containsExactly("D 301");

    clock.advance(Duration.ofMinutes(1));
    streams.tick();
    assertThat(reports(reader)).as("nothing dropped since").isEmpty();
  }

  @Test
  void tick_seriesDropped_reportsToViewsThatMissThem() {
    FeedReader missing = open("a", null, null);
    FeedReader complete = open("b", null, null);
    FeedReader windows = open("a", Interval.ONE_SECOND, null);
    FeedReader completeWindows = open("b", Interval.ONE_SECOND, null);
    FeedReader sum = open("", Interval.FIVE_SECONDS, Set.of());
    FeedReader completeSum = open("b", Interval.FIVE_SECONDS, Set.of());
    publish(0, LIMIT, "b");

    publish(0, 5, "a");

    assertThat(reports(missing)).containsExactly("D 5");
    assertThat(reports(windows)).containsExactly("D 5");
    assertThat(reports(sum)).containsExactly("D 5");
    assertThat(reports(complete)).isEmpty();
    assertThat(reports(completeWindows)).isEmpty();
    assertThat(reports(completeSum)).isEmpty();
  }

  @Test
  void tick_moreSeriesDroppedThanCompared_reportsToEveryView() {
    FeedReader complete = open("b", null, null);
    publish(0, LIMIT, "b");

    publish(0, 64, "a");
    assertThat(reports(complete)).isEmpty();

    clock.advance(Duration.ofMinutes(1));
    publish(0, 65, "a");
    assertThat(reports(complete)).containsExactly("D 65");
  }

  @Test
  void tick_seriesDropped_logsTheirNumber() {
    String log;
    try (CapturedLog captured = new CapturedLog()) {
      publish(0, LIMIT, "a");
      publish(LIMIT, LIMIT + 300, "a");
      publish(LIMIT, LIMIT + 20, "a");
      clock.advance(Duration.ofMinutes(1));
      streams.tick();
      log = captured.text();
    }
    assertThat(log.lines())
        .hasSize(2)
        .satisfies(
            lines -> {
              assertThat(lines.get(0))
                  .contains("limit of 10 series", "dropped 300 metrics of more than 64 new series")
                  .contains("such as m10 {host=a}, 300 in total");
              assertThat(lines.get(1))
                  .contains("dropped 20 metrics of 20 new series", "320 in total");
            });
  }
}
