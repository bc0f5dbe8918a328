package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class FeedTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final Subscription ALL = Subscription.ofChannel(CHANNEL);

  @AutoClose
  private final MetricsHub hub =
      MetricsHub.builder().limits(new ChannelLimits(4 * 1024, 3)).build();

  private final ReceivedMessages received = new ReceivedMessages();

  FeedTest() {
    hub.addChannel(CHANNEL.name());
  }

  private ChannelStream stream() {
    return Objects.requireNonNull(HubStreams.find(hub, CHANNEL));
  }

  private FeedReader open(Subscription subscription) {
    return stream().open(subscription, PlainEncoder.INSTANCE, StartPosition.NOW, null);
  }

  private static Metric metric(String name, double value, String... tags) {
    return Metric.gauge(CHANNEL, name, value, Tags.of(tags));
  }

  @Test
  void publish_oneMetric_isDeliveredOnce() {
    FeedReader reader = open(ALL);
    hub.publish(metric("a", 1, "k", "v"));
    assertThat(received.drain(reader)).containsExactly("M a{k=v}=1");
    assertThat(received.drain(reader)).isEmpty();
  }

  @Test
  void publish_afterErrorInPublication_reportsGapAndDeliversNothingTwice() {
    FaultyAggregator faulty = new FaultyAggregator();
    try (MetricsHub faultyHub = MetricsHub.builder().aggregator(faulty).build()) {
      faultyHub.addChannel(CHANNEL.name());
      FeedReader reader =
          Objects.requireNonNull(HubStreams.find(faultyHub, CHANNEL))
              .open(ALL, PlainEncoder.INSTANCE, StartPosition.NOW, null);
      faulty.beforeEachCall(
          call -> {
            throw new OutOfMemoryError("on purpose");
          });
      Metric last = new Metric(CHANNEL, "b", FaultyAggregator.TYPE, 1, null, Tags.empty());
      assertThatThrownBy(() -> faultyHub.publish(List.of(metric("a", 1), metric("a", 2), last)))
          .hasMessage("on purpose");
      faultyHub.publish(List.of(metric("a", 3), metric("a", 4)));
      assertThat(received.drain(reader))
          .containsExactly("M a{}=1", "M a{}=2", "M b{}=1", "I null null", "M a{}=3", "M a{}=4");
    }
  }

  @Test
  void publish_errorInOneFeed_reportsGapToItsReadersOnly() {
    AtomicBoolean failing = new AtomicBoolean(true);
    Subscription view =
        new Subscription(
            CHANNEL,
            TagFilter.ALL,
            new TreeSet<>(Set.of(NamePattern.parse("a"))),
            null,
            null,
            Format.METRIC);
    FeedReader first = stream().open(view, failingEncoder(failing), StartPosition.NOW, null);
    FeedReader second = open(ALL);
    assertThatThrownBy(() -> hub.publish(metric("a", 1))).hasMessage("on purpose");
    failing.set(false);
    hub.publish(metric("a", 2));

    assertThat(received.drain(second)).containsExactly("M a{}=1", "M a{}=2");
    assertThat(received.drain(first)).containsExactly("I 1 null", "M a{}=2");
    hub.publish(metric("a", 3));
    assertThat(received.drain(first)).containsExactly("M a{}=3");
  }

  private static FrameEncoder failingEncoder(AtomicBoolean failing) {
    return (FrameEncoder)
        Proxy.newProxyInstance(
            FrameEncoder.class.getClassLoader(),
            new Class<?>[] {FrameEncoder.class},
            (proxy, method, arguments) -> {
              if (failing.get() && method.getName().equals("metric")) {
                throw new OutOfMemoryError("on purpose");
              }
              return method.invoke(PlainEncoder.INSTANCE, arguments);
            });
  }

  @Test
  void open_afterPublications_startsAtHead() {
    FeedReader first = open(ALL);
    hub.publish(metric("a", 1));
    FeedReader second = open(ALL);
    hub.publish(metric("a", 2));
    assertThat(received.drain(first)).containsExactly("M a{}=1", "M a{}=2");
    assertThat(received.drain(second)).containsExactly("M a{}=2");
  }

  @Test
  void open_withLatest_deliversLatestOfEachSeriesFirst() {
    hub.publish(List.of(metric("a", 1), metric("b", 2)));
    hub.publish(metric("a", 3));
    FeedReader reader = stream().open(ALL, PlainEncoder.INSTANCE, StartPosition.LATEST, null);
    hub.publish(metric("b", 4));
    assertThat(received.drain(reader))
        .as("b was updated after the reader was opened, so its latest value is live")
        .containsExactly("M a{}=3", "M b{}=4");
  }

  @Test
  void filter_tagsAndNames_deliversOnlyMatches() {
    Subscription filtered =
        new Subscription(
            CHANNEL,
            TagFilter.of(Map.of("env", Set.of("p", "s"))),
            new TreeSet<>(Set.of(NamePattern.parse("cpu.*"))),
            null,
            null,
            Format.METRIC);
    FeedReader reader = open(filtered);
    hub.publish(
        List.of(
            metric("cpu.percent", 1, "env", "p"),
            metric("cpu.percent", 2, "env", "x"),
            metric("memory", 3, "env", "s")));
    assertThat(received.drain(reader)).containsExactly("M cpu.percent{env=p}=1");
    assertThat(reader.stats()).isEqualTo(new DeliveryStats(3, 1, 0, 2, 0, 0));
  }

  @Test
  void batch_onePublication_isOneFrame() {
    FeedReader reader =
        open(new Subscription(CHANNEL, ALL.tags(), ALL.names(), null, null, Format.BATCH));
    hub.publish(List.of(metric("a", 1), metric("b", 2)));
    assertThat(received.drain(reader)).containsExactly("B2[M a{}=1;M b{}=2]");
  }

  @Test
  void snapshot_repeatedNames_continueInFurtherMessages() {
    FeedReader reader = open(snapshots(false));
    Instant time = Instant.parse("2025-11-08T12:00:00Z");
    List<Metric> publication =
        List.of(
            Metric.histogram(CHANNEL, "gc.pause", 900, Tags.empty()),
            Metric.histogram(CHANNEL, "gc.pause", 3, Tags.empty()),
            Metric.gauge(CHANNEL, "load", 1, Tags.empty()),
            Metric.histogram(CHANNEL, "gc.pause", 2, Tags.empty()),
            Metric.counter(CHANNEL, "load", 77, Tags.empty()));
    hub.publish(publication.stream().map(metric -> metric.withTimestamp(time)).toList());

    assertThat(received.drain(reader))
        .containsExactly(
            "S{}{gc={pause=900.0}, load=1.0}",
            "S{}{gc={pause=3.0}, load=77.0}",
            "S{}{gc={pause=2.0}}");
    assertThat(reader.stats().delivered()).isEqualTo(5);
  }

  @Test
  void snapshot_resumableClient_hasOffsetOnLastMessageOnly() {
    FeedReader reader = open(snapshots(true));
    Instant time = Instant.parse("2025-11-08T12:00:00Z");
    hub.publish(List.of(metric("a", 1).withTimestamp(time), metric("a", 2).withTimestamp(time)));

    assertThat(received.drain(reader)).containsExactly("S{}{a=1.0} #0", "S{}{a=2.0} #1");
  }

  private static Subscription snapshots(boolean offsets) {
    return new Subscription(CHANNEL, ALL.tags(), ALL.names(), null, null, Format.SNAPSHOT, offsets);
  }

  @Test
  void snapshot_collidingNames_keepsAllValues() {
    FeedReader reader =
        open(new Subscription(CHANNEL, ALL.tags(), ALL.names(), null, null, Format.SNAPSHOT));
    hub.publish(List.of(metric("m.x", 1), metric("m", 2), metric("tags.y", 3)));
    assertThat(received.drain(reader)).containsExactly("S{}{m={x=1.0, =2.0}, ={tags={y=3.0}}}");
  }

  @Test
  void catchUp_lappedCursor_deliversMissedCountAndLatestValues() {
    FeedReader reader = open(ALL);
    for (int i = 1; i <= 5_000; i++) {
      hub.publish(metric(i % 2 == 0 ? "even" : "odd", i));
    }
    assertThat(received.drain(reader)).containsExactly("L 5000", "M odd{}=4999", "M even{}=5000");
    hub.publish(metric("odd", 5_001));
    assertThat(received.drain(reader)).containsExactly("M odd{}=5001");
    assertThat(reader.stats()).isEqualTo(new DeliveryStats(5_001, 1, 5_000, 0, 0, 0));
    assertThat(hub.stats().lappedCursors()).isEqualTo(1);
  }

  @Test
  void publish_seriesLimitReached_dropsAndCountsNewSeries() {
    FeedReader reader = open(ALL);
    for (String name : List.of("a", "b", "c", "d", "a")) {
      hub.publish(metric(name, 1));
    }
    assertThat(received.drain(reader))
        .filteredOn(message -> message.startsWith("M "))
        .containsExactly("M a{}=1", "M b{}=1", "M c{}=1", "M a{}=1");
    assertThat(reader.stats()).isEqualTo(new DeliveryStats(5, 4, 0, 0, 1, 0));
    assertThat(hub.stats().dropped()).isEqualTo(1);
  }

  @Test
  void publish_thousandCursorsOfOneView_evaluatesAndEncodesOnce() {
    List<FeedReader> readers = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      readers.add(open(ALL));
    }
    hub.publish(List.of(metric("a", 1), metric("b", 2)));
    for (FeedReader reader : readers) {
      assertThat(received.drain(reader)).hasSize(2);
    }
    assertThat(hub.stats().feedUpdates()).isEqualTo(1);
    assertThat(hub.stats().encodings()).isEqualTo(1);
    assertThat(hub.stats().feeds()).isEqualTo(1);
  }

  @Test
  void publish_differentViewsOfOneEncoding_shareEncodedMetrics() {
    open(ALL);
    open(new Subscription(CHANNEL, ALL.tags(), ALL.names(), null, null, Format.BATCH));
    open(
        new Subscription(
            CHANNEL,
            TagFilter.of(Map.of("k", Set.of("v"))),
            ALL.names(),
            null,
            null,
            Format.METRIC));
    hub.publish(metric("a", 1, "k", "v"));
    assertThat(hub.stats().feedUpdates()).isEqualTo(3);
    assertThat(hub.stats().encodings()).isEqualTo(1);
  }

  @Test
  void close_lastCursor_removesFeed() {
    FeedReader first = open(ALL);
    FeedReader second = open(ALL);
    first.close();
    assertThat(hub.stats().feeds()).isEqualTo(1);
    second.close();
    assertThat(hub.stats().feeds()).isZero();
    hub.publish(metric("a", 1));
    assertThat(hub.stats().feedUpdates()).isZero();
  }

  @Test
  void open_replacingCursor_continuesWhereReplacedEnds() {
    FeedReader old = open(ALL);
    hub.publish(metric("a", 1));
    FeedReader successor =
        stream()
            .open(
                new Subscription(CHANNEL, ALL.tags(), ALL.names(), null, null, Format.BATCH),
                PlainEncoder.INSTANCE,
                StartPosition.NOW,
                old);
    hub.publish(metric("a", 2));
    assertThat(received.drain(old)).containsExactly("M a{}=1");
    assertThat(old.poll(received)).isEqualTo(FeedReader.Progress.ENDED);
    assertThat(received.drain(successor)).containsExactly("B1[M a{}=2]");
  }

  @Test
  void open_replacingLappedCursor_countsEachPartOnce() {
    FeedReader old = open(ALL);
    hub.publish(metric("a", 1));
    FeedReader successor = stream().open(ALL, PlainEncoder.INSTANCE, StartPosition.NOW, old);
    for (int i = 2; i <= 1_000; i++) {
      hub.publish(metric("a", i));
    }
    assertThat(received.drain(old)).containsExactly("L 1");
    assertThat(received.drain(successor)).containsExactly("L 999", "M a{}=1000");
  }

  @Test
  void listener_feedGrows_isNotifiedOncePerPublication() {
    FeedReader reader = open(ALL);
    AtomicInteger notifications = new AtomicInteger();
    reader.feed().addListener(notifications::incrementAndGet);
    hub.publish(List.of(metric("a", 1), metric("b", 2)));
    hub.publish(Metric.gauge("other.metrics", "a", 1, Tags.empty()));
    assertThat(notifications).hasValue(1);
  }
}
