package io.greenlang.metrics.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.SteppedClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
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
 * Clients that go and come back at random moments, beside one of the same view that never went.
 * What a client has seen in the end is what that one saw, message by message: nothing twice,
 * nothing missing, no value that differs.
 */
@DisplayName("the past joined to the present")
class JoinModelTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L;

  /** So large that no client is ever too late for a feed: that is another test's business. */
  private static final StreamLimits LIMITS = new StreamLimits(64L * 1024 * 1024, 1000);

  /** A view, somebody who always looks at it, and somebody who comes and goes. */
  private final class Pair {
    final Subscription view;
    final FeedCursor control;
    final List<String> expected = new ArrayList<>();
    final List<String> actual = new ArrayList<>();
    @Nullable FeedCursor client;
    Position place;

    Pair(Subscription view) {
      this.view = view;
      this.control = stream.open(view, PlainEncoder.INSTANCE, Start.NOW, null);
      this.client = stream.open(view, PlainEncoder.INSTANCE, Start.NOW, null);
      this.place = client.opening().position();
      assertThat(place).isEqualTo(control.opening().position());
    }

    void goOrCome() {
      if (client == null) {
        ChannelStream at = random.nextBoolean() ? stream : other;
        client = at.open(view, PlainEncoder.INSTANCE, Start.since(place), null);
        assertThat(client.opening().recovered()).isTrue();
        assertThat(client.opening().position().offset()).isEqualTo(place.offset());
        place = client.opening().position();
      } else {
        readSome();
        client.close();
        client = null;
      }
    }

    /** Is cut off. */
    void leave() {
      if (client != null) {
        goOrCome();
      }
    }

    /** Reads a part of what there is, as one does who is cut off. */
    void readSome() {
      if (client == null) {
        return;
      }
      int steps = random.nextInt(4);
      for (int i = 0; i < steps; i++) {
        switch (client.poll(received, 1 + random.nextInt(50))) {
          case BEHIND -> client.catchUp(received, 1 + random.nextInt(50));
          case FRAMES, LIMITED, NONE, ENDED -> {}
        }
      }
      note(received.take());
    }

    void readAll() {
      expected.addAll(received.drain(control));
      if (client != null) {
        note(received.drain(client));
      }
    }

    /** A client that is cut within a publication gets it again, and knows how much it had of it. */
    private void note(List<String> messages) {
      for (String message : messages) {
        int mark = message.lastIndexOf('#');
        String number = message.substring(mark + 1).replace(" again", "");
        place = new Position(place.epoch(), Long.parseLong(number));
        actual.add(message.replace(" again", ""));
      }
    }
  }

  private final SteppedClock clock = new SteppedClock(START);
  private final MemoryLog log = new MemoryLog(clock);
  private final ChannelStreams streams = instance();
  private final ChannelStream stream = OpenStream.of(streams, CHANNEL, log);

  /** Another instance, which is restarted now and then. */
  private ChannelStreams others = instance();

  private ChannelStream other = OpenStream.of(others, CHANNEL, log);
  private final Received received = new Received();
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
        Subscription.to(CHANNEL).names(),
        interval,
        groupBy == null ? null : new TreeSet<>(groupBy),
        format,
        true);
  }

  private void publish() {
    List<Metric> metrics = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      Tags tags = Tags.of("host", "h" + random.nextInt(4), "zone", "z" + random.nextInt(2));
      // A source's clock is a little late or early, and sometimes wrong.
      long skew = random.nextInt(20) == 0 ? random.nextInt(10_000) - 5_000 : -random.nextInt(300);
      Instant time = Instant.ofEpochMilli(clock.wallMillis() + skew);
      double value = random.nextInt(1000) / 8.0;
      metrics.add(
          switch (random.nextInt(3)) {
            case 0 -> Metric.gauge(CHANNEL, "level", value, tags).at(time);
            case 1 -> Metric.counter(CHANNEL, "total", total(tags), tags).at(time);
            default -> Metric.histogram(CHANNEL, "took", value, tags).at(time);
          });
    }
    Publication logged = log.log(CHANNEL, metrics);
    stream.accept(logged);
    other.accept(logged);
  }

  private double total(Tags tags) {
    if (random.nextInt(50) == 0) {
      totals.remove(tags.toString()); // its source was restarted
    }
    return totals.merge(tags.toString(), (double) random.nextInt(100), Double::sum);
  }

  /** A feed keeps 30 seconds, so before a long time passes everybody reads. */
  private void pass(List<Pair> pairs) {
    if (random.nextInt(16) == 0) {
      pairs.forEach(Pair::readAll);
      clock.advance(1_000_000L * List.of(1_000, 7_000, 20_000, 70_000).get(random.nextInt(4)));
    } else {
      clock.advance(1_000_000L * List.of(0, 1, 20, 300).get(random.nextInt(4)));
    }
    // Each instance does so in its own time.
    if (random.nextBoolean()) {
      streams.tick();
    }
    if (random.nextBoolean()) {
      others.tick();
    }
  }

  private ChannelStreams instance() {
    return new ChannelStreams(LIMITS, clock, Aggregators.builtIn(clock), Retention.usual(), log);
  }

  private void restart(List<Pair> pairs) {
    pairs.forEach(Pair::leave);
    others = instance();
    other = OpenStream.of(others, CHANNEL, log);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void client_thatGoesAndComesBackAtRandom_seesWhatOneSawThatStayed(long seed) {
    random = new Random(seed);
    TagFilter oneHost = TagFilter.of(Map.of("host", List.of("h1")));
    List<Pair> pairs = new ArrayList<>();
    for (Interval interval : Interval.values()) {
      pairs.add(new Pair(view(interval, TagFilter.ALL, null, Format.BATCH)));
      pairs.add(new Pair(view(interval, TagFilter.ALL, List.of("zone"), Format.BATCH)));
    }
    pairs.add(new Pair(view(null, TagFilter.ALL, null, Format.BATCH)));
    pairs.add(new Pair(view(null, oneHost, null, Format.BATCH)));
    pairs.add(new Pair(view(null, oneHost, null, Format.SNAPSHOT)));
    pairs.add(new Pair(view(Interval.FIVE_SECONDS, oneHost, null, Format.BATCH)));
    for (int step = 0; step < 3_000; step++) {
      if (random.nextInt(100) == 0) {
        restart(pairs);
      }
      switch (random.nextInt(4)) {
        case 0, 1 -> publish();
        case 2 -> pass(pairs);
        default -> {
          Pair pair = pairs.get(random.nextInt(pairs.size()));
          if (random.nextBoolean()) {
            pair.goOrCome();
          } else {
            pair.readSome();
          }
        }
      }
    }
    clock.advance(1_000_000L * 4_000_000);
    streams.tick();
    others.tick();
    for (Pair pair : pairs) {
      if (pair.client == null) {
        pair.goOrCome();
      }
      pair.readAll();
      assertThat(pair.actual)
          .as("%s with seed %d", pair.view, seed)
          .containsExactlyElementsOf(pair.expected);
    }
  }
}
