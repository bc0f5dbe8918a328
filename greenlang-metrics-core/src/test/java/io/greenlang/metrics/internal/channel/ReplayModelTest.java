package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model test of clients that disconnect and resume at random, next to one of the same view that
 * stays connected. In the end, a client must have received the same messages as the connected one:
 * nothing twice, nothing missing, no different value.
 */
@DisplayName("replay joined to live metrics")
class ReplayModelTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L;

  /** Large enough that no client is ever lapped; other tests cover lag. */
  private static final ChannelLimits LIMITS = new ChannelLimits(64L * 1024 * 1024, 1000);

  /** A view with a client that stays connected and a client that disconnects and resumes. */
  private final class Pair {
    final Subscription view;
    final FeedReader control;
    final List<String> expected = new ArrayList<>();
    final List<String> actual = new ArrayList<>();
    @Nullable FeedReader client;
    StreamPosition position;

    Pair(Subscription view) {
      this.view = view;
      this.control = stream.open(view, PlainEncoder.INSTANCE, StartPosition.NOW, null);
      this.client = stream.open(view, PlainEncoder.INSTANCE, StartPosition.NOW, null);
      this.position = client.startResult().position();
      assertThat(position).isEqualTo(control.startResult().position());
    }

    void toggleConnection() {
      if (client == null) {
        ChannelStream instanceStream = random.nextBoolean() ? stream : otherStream;
        client =
            instanceStream.open(view, PlainEncoder.INSTANCE, StartPosition.since(position), null);
        assertThat(client.startResult().recovered()).isTrue();
        assertThat(client.startResult().position().offset()).isEqualTo(position.offset());
        position = client.startResult().position();
      } else {
        readSome();
        client.close();
        client = null;
      }
    }

    /** Disconnects the client. */
    void disconnect() {
      if (client != null) {
        toggleConnection();
      }
    }

    /**
     * Reads a part of the available messages, like a client that is about to lose its connection.
     */
    void readSome() {
      if (client == null) {
        return;
      }
      int steps = random.nextInt(4);
      for (int i = 0; i < steps; i++) {
        switch (client.poll(received, 1 + random.nextInt(50))) {
          case CATCH_UP_REQUIRED -> client.catchUp(received, 1 + random.nextInt(50));
          case FRAMES, FRAME_LIMIT, NONE, ENDED -> {}
        }
      }
      record(received.drainMessages());
    }

    void readAll() {
      expected.addAll(received.drain(control));
      if (client != null) {
        record(received.drain(client));
      }
    }

    /**
     * Records messages. A client that disconnects within a publication receives it again, and its
     * position says how much of it the client had received.
     */
    private void record(List<String> messages) {
      for (String message : messages) {
        int markerIndex = message.lastIndexOf('#');
        String offset = message.substring(markerIndex + 1).replace(" again", "");
        position = new StreamPosition(position.epoch(), Long.parseLong(offset));
        actual.add(message.replace(" again", ""));
      }
    }
  }

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final MemoryLog log = new MemoryLog(clock);
  private final ChannelRegistry streams = instance();
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL, log);

  /** Another instance, which restarts occasionally. */
  private ChannelRegistry otherStreams = instance();

  private ChannelStream otherStream = TestStreams.open(otherStreams, CHANNEL, log);
  private final ReceivedMessages received = new ReceivedMessages();
  private Random random = new Random(0);
  private final Map<String, Double> totals = new HashMap<>();

  private static Subscription view(
      @Nullable Interval interval,
      TagFilter filter,
      @Nullable List<String> groupBy,
      Format format) {
    return new Subscription(
        CHANNEL,
        filter,
        Subscription.ofChannel(CHANNEL).names(),
        interval,
        groupBy == null ? null : new TreeSet<>(groupBy),
        format,
        true);
  }

  /** Returns a view of gauges that are derived from a histogram. */
  private static Subscription percentiles(
      @Nullable Interval interval, @Nullable List<String> groupBy) {
    return new Subscription(
        CHANNEL,
        TagFilter.ALL,
        new TreeSet<>(List.of(NamePattern.parse("spread.p95"), NamePattern.parse("spread.avg"))),
        interval,
        groupBy == null ? null : new TreeSet<>(groupBy),
        Format.BATCH,
        true);
  }

  private void publish() {
    List<Metric> metrics = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      Tags tags = Tags.of("host", "h" + random.nextInt(4), "zone", "z" + random.nextInt(2));
      // A source's clock is slightly slow or fast, and sometimes wrong.
      long skew = random.nextInt(20) == 0 ? random.nextInt(10_000) - 5_000 : -random.nextInt(300);
      Instant time = Instant.ofEpochMilli(clock.wallTimeMillis() + skew);
      double value = random.nextInt(1000) / 8.0;
      metrics.add(
          switch (random.nextInt(5)) {
            case 0 -> Metric.gauge(CHANNEL, "level", value, tags).withTimestamp(time);
            case 1 -> Metric.counter(CHANNEL, "total", total(tags), tags).withTimestamp(time);
            case 2 ->
                Metric.counter(CHANNEL, "started", total(tags), tags)
                    .withTimestamp(time)
                    .startedAt(Instant.ofEpochMilli(START - random.nextInt(2)));
            case 3 ->
                Metric.distribution(CHANNEL, "spread", Distribution.of(value, 3, -value), tags)
                    .withTimestamp(time);
            default -> Metric.histogram(CHANNEL, "took", value, tags).withTimestamp(time);
          });
    }
    Publication logged = log.append(CHANNEL, metrics);
    stream.accept(logged);
    otherStream.accept(logged);
  }

  private double total(Tags tags) {
    if (random.nextInt(50) == 0) {
      totals.remove(tags.toString()); // its source restarted
    }
    return totals.merge(tags.toString(), (double) random.nextInt(100), Double::sum);
  }

  /**
   * Advances the clock. A feed retains 30 seconds, so all clients read before a long time passes.
   */
  private void advanceClock(List<Pair> pairs) {
    if (random.nextInt(16) == 0) {
      pairs.forEach(Pair::readAll);
      clock.advance(
          Duration.ofMillis(List.of(1_000, 7_000, 20_000, 70_000).get(random.nextInt(4))));
    } else {
      clock.advance(Duration.ofMillis(List.of(0, 1, 20, 300).get(random.nextInt(4))));
    }
    // Each instance ticks at its own time.
    if (random.nextBoolean()) {
      streams.tick();
    }
    if (random.nextBoolean()) {
      otherStreams.tick();
    }
  }

  private ChannelRegistry instance() {
    return new ChannelRegistry(
        LIMITS,
        clock,
        Aggregators.builtIn(clock),
        Retention.defaults(),
        log,
        DerivedStatistics.of(List.of(new DerivedStatistics.Histogram(CHANNEL, "spread"))));
  }

  private void restart(List<Pair> pairs) {
    pairs.forEach(Pair::disconnect);
    otherStreams = instance();
    otherStream = TestStreams.open(otherStreams, CHANNEL, log);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void client_resumesAtRandom_receivesSameAsConnectedClient(long seed) {
    random = new Random(seed);
    TagFilter oneHost = TagFilter.of(Map.of("host", List.of("h1")));
    List<Pair> pairs = new ArrayList<>();
    for (Interval interval : Interval.values()) {
      pairs.add(new Pair(view(interval, TagFilter.ALL, null, Format.BATCH)));
      pairs.add(new Pair(view(interval, TagFilter.ALL, List.of("zone"), Format.BATCH)));
    }
    pairs.add(new Pair(view(null, TagFilter.ALL, null, Format.BATCH)));
    pairs.add(new Pair(percentiles(null, null)));
    pairs.add(new Pair(percentiles(Interval.FIVE_SECONDS, null)));
    pairs.add(new Pair(percentiles(Interval.ONE_MINUTE, List.of("zone"))));
    pairs.add(new Pair(view(null, oneHost, null, Format.BATCH)));
    pairs.add(new Pair(view(null, oneHost, null, Format.SNAPSHOT)));
    pairs.add(new Pair(view(Interval.FIVE_SECONDS, oneHost, null, Format.BATCH)));
    for (int step = 0; step < 2_000; step++) {
      if (random.nextInt(100) == 0) {
        restart(pairs);
      }
      switch (random.nextInt(4)) {
        case 0, 1 -> publish();
        case 2 -> advanceClock(pairs);
        default -> {
          Pair pair = pairs.get(random.nextInt(pairs.size()));
          if (random.nextBoolean()) {
            pair.toggleConnection();
          } else {
            pair.readSome();
          }
        }
      }
    }
    clock.advance(Duration.ofSeconds(4_000));
    streams.tick();
    otherStreams.tick();
    for (Pair pair : pairs) {
      if (pair.client == null) {
        pair.toggleConnection();
      }
      pair.readAll();
      assertThat(pair.actual)
          .as("%s with seed %d", pair.view, seed)
          .containsExactlyElementsOf(pair.expected);
    }
  }

  /** Publishes a sample of each of six counters, some of which restart, dip or arrive late. */
  private void publishCounters() {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Tags tags = Tags.of("host", "h" + i, "zone", "z" + i % 2);
      double total = total(tags);
      double dipped = random.nextInt(30) == 0 ? total * random.nextDouble() : total;
      long delay = random.nextInt(15) == 0 ? random.nextInt(8_000) : random.nextInt(250);
      metrics.add(
          Metric.counter(CHANNEL, "total", dipped, tags)
              .withTimestamp(Instant.ofEpochMilli(clock.wallTimeMillis() - delay)));
    }
    Publication logged = log.append(CHANNEL, metrics);
    stream.accept(logged);
    otherStream.accept(logged);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22})
  void client_resumesAfterHalfAnHour_receivesSameWindowsAsConnectedClient(long seed) {
    random = new Random(seed);
    List<Pair> pairs =
        List.of(
            new Pair(view(Interval.ONE_SECOND, TagFilter.ALL, null, Format.BATCH)),
            new Pair(view(Interval.ONE_SECOND, TagFilter.ALL, List.of("zone"), Format.BATCH)),
            new Pair(view(Interval.FIVE_SECONDS, TagFilter.ALL, null, Format.BATCH)));
    pairs.forEach(Pair::disconnect);
    for (int second = 0; second < 1_800; second++) {
      publishCounters();
      clock.advance(Duration.ofMillis(500 + random.nextInt(1_000)));
      streams.tick();
      otherStreams.tick();
      pairs.forEach(Pair::readAll);
    }
    clock.advance(Duration.ofSeconds(10));
    streams.tick();
    otherStreams.tick();
    for (Pair pair : pairs) {
      pair.toggleConnection();
      pair.readAll();
      assertThat(pair.expected).hasSizeGreaterThan(300);
      assertThat(pair.actual)
          .as("%s with seed %d", pair.view, seed)
          .containsExactlyElementsOf(pair.expected);
    }
  }
}
