package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.CapturedLog;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that an error while a window closes stops no series, and that the others are delivered. */
class WindowFailureTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_000_000_000_000L;
  private static final int SERIES = 3;
  private static final String GAP = "I null null";

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final FaultyAggregator aggregator = new FaultyAggregator();
  private final ChannelRegistry streams = TestStreams.registry(clock, aggregator);
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private long offset;
  private FeedReader reader;

  @BeforeEach
  void open() {
    Subscription view =
        new Subscription(
            CHANNEL,
            TagFilter.ALL,
            new TreeSet<>(List.of(NamePattern.parse("n"))),
            Interval.ONE_SECOND,
            null,
            Format.METRIC);
    reader = stream.open(view, PlainEncoder.INSTANCE, StartPosition.NOW, null);
  }

  private void publishAll() {
    stream.accept(TestStreams.ofHosts(CHANNEL, SERIES, ++offset, clock));
  }

  private void advance(long millis) {
    clock.advance(Duration.ofMillis(millis));
    streams.tick();
  }

  /** Has calls of a name fail with an error, from a call on. */
  private void fail(String name, int first, int count) {
    AtomicInteger calls = new AtomicInteger();
    aggregator.beforeEachCall(
        call -> {
          if (call.equals(name)
              && calls.incrementAndGet() >= first
              && calls.get() < first + count) {
            throw new OutOfMemoryError("on purpose");
          }
        });
  }

  private static String message(int series, long startMillis) {
    return "M n{host=h" + series + "}=1.0 n=1 @" + startMillis;
  }

  private static List<String> window(long startMillis) {
    return IntStream.range(0, SERIES).mapToObj(i -> message(i, startMillis)).toList();
  }

  private List<String> drain() {
    return received.drainWithoutFields(reader);
  }

  @Test
  void close_errorBeforeNextWindowWithEarlySamples_isRepeatedAndLosesNothing() {
    publishAll();
    fail("create", 2, 1);
    advance(1_200);
    advance(50);
    publishAll();
    advance(1_000);

    List<String> expected = new ArrayList<>(window(START));
    expected.addAll(window(START + 1_000));
    assertThat(drain()).isEqualTo(expected);
  }

  @Test
  void close_errorsBeforeNextWindow_seriesBeginsAgain() {
    advance(1_200);
    publishAll();
    fail("create", 2, 2);
    advance(1_000);
    advance(50);
    advance(50);
    publishAll();
    advance(1_000);

    List<String> expected = new ArrayList<>(window(START + 1_000));
    expected.add(GAP);
    expected.addAll(window(START + 2_000));
    assertThat(drain()).isEqualTo(expected);
  }

  @Test
  void close_errorInNextWindow_reportsGapAndCountsEarlySamplesOnce() {
    publishAll();
    fail("startAfter", 2, 1);
    advance(1_200);
    advance(50);
    publishAll();
    advance(1_000);

    List<String> expected = new ArrayList<>(window(START));
    expected.add(0, GAP);
    expected.addAll(window(START + 1_000));
    assertThat(drain()).isEqualTo(expected);
  }

  @Test
  void close_errorAfterWindow_reportsGapAfterIt() {
    advance(1_200);
    publishAll();
    fail("startAfter", 2, 1);
    advance(1_000);
    advance(50);

    List<String> expected = new ArrayList<>(window(START + 1_000));
    expected.add(GAP);
    assertThat(drain()).isEqualTo(expected);
  }

  @Test
  void close_readerOfAWindowThatCannotBeClosed_releasesItsFeed() {
    advance(1_200);
    publishAll();
    fail("create", 2, 2);
    advance(1_000);
    try (CapturedLog log = new CapturedLog()) {
      reader.close();
      assertThat(stream.feedCount()).isZero();

      streams.tick();
      assertThat(log.text()).contains("Failed to complete the aggregation windows");
    }
  }
}
