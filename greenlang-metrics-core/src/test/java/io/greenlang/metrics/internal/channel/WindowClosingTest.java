package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests that windows close in slices, between which others publish, and that clients see none. */
class WindowClosingTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_000_000_000_000L;
  private static final int SERIES = 600;

  /** The number of series that the closing thread may process before a publisher continues. */
  private static final int SLICE = 256;

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final FaultyAggregator aggregator = new FaultyAggregator();
  private final ChannelRegistry streams = TestStreams.registry(clock, aggregator);
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private final Thread closer = Thread.currentThread();
  private long offset;

  private FeedReader open(String name, @Nullable Set<String> groupBy) {
    Subscription view =
        new Subscription(
            CHANNEL,
            TagFilter.ALL,
            new TreeSet<>(Set.of(NamePattern.parse(name))),
            Interval.ONE_SECOND,
            groupBy == null ? null : new TreeSet<>(groupBy),
            Format.METRIC);
    return stream.open(view, PlainEncoder.INSTANCE, StartPosition.NOW, null);
  }

  private void publish(List<Metric> metrics) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    List<Metric> stamped = metrics.stream().map(metric -> metric.withTimestamp(now)).toList();
    stream.accept(new Publication(CHANNEL, "e", ++offset, clock.wallTimeMillis(), stamped));
  }

  private void publishAll() {
    stream.accept(TestStreams.ofHosts(CHANNEL, SERIES, ++offset, clock));
  }

  /** Returns whether this thread closes windows, and routes them without holding up publishers. */
  private boolean isRouting() {
    return Thread.currentThread() == closer
        && StackWalker.getInstance()
            .walk(
                frames ->
                    frames
                        .limit(16)
                        .anyMatch(
                            frame -> frame.getClassName().equals(FeedRouter.class.getName())));
  }

  private void advance(long millis) {
    clock.advance(Duration.ofMillis(millis));
    streams.tick();
  }

  private static Metric counter(String host, double total) {
    return Metric.counter(CHANNEL, "c", total, Tags.of("host", host));
  }

  private static List<String> window(int samples, long startMillis) {
    return IntStream.range(0, SERIES)
        .mapToObj(i -> "M n{host=h" + i + "}=1.0 n=" + samples + " @" + startMillis)
        .toList();
  }

  /** Returns the messages without the fields that the aggregator adds. */
  private List<String> drain(FeedReader reader) {
    return received.drainWithoutFields(reader);
  }

  @Test
  void publish_whileWindowCloses_waitsForOneSliceAtMost() throws InterruptedException {
    open("n", null);
    publishAll();
    AtomicInteger closed = new AtomicInteger();
    AtomicInteger closedBefore = new AtomicInteger(-1);
    Thread publisher = new Thread(this::publishAll);
    aggregator.beforeEachCall(
        call -> {
          if (Thread.currentThread() == publisher) {
            closedBefore.compareAndSet(-1, closed.get());
          } else if (call.equals("startAfter") && closed.incrementAndGet() == 1) {
            publisher.start();
            TestThreads.awaitWaiting(publisher); // for the lock
          }
        });
    advance(1_200);
    publisher.join();
    advance(0); // continues if the publisher was slow

    assertThat(closed).as("series closed").hasValueGreaterThanOrEqualTo(SERIES);
    assertThat(closedBefore.get()).as("series closed before the publication").isBetween(1, SLICE);
  }

  @Test
  void publish_whileWindowIsRoutedAndEncoded_isAcceptedAtOnce() {
    FeedReader reader = open("n", null);
    publishAll();
    AtomicInteger published = new AtomicInteger();
    aggregator.beforeEachCall(
        call -> {
          if (isRouting() && published.get() < 20) {
            long before = streams.stats().publications();
            TestThreads.run(this::publishAll);
            published.addAndGet((int) (streams.stats().publications() - before));
          }
        });
    advance(1_200);

    assertThat(published).as("accepted meanwhile").hasValue(20);
    assertThat(drain(reader)).isEqualTo(window(1, START));
  }

  @Test
  void window_samplesArriveBetweenSlices_countInTheNextWindow() {
    FeedReader reader = open("n", null);
    publishAll();
    AtomicInteger routed = new AtomicInteger();
    AtomicInteger published = new AtomicInteger();
    aggregator.beforeEachCall(
        call -> {
          if (isRouting() && routed.incrementAndGet() % 200 == 1) {
            published.incrementAndGet();
            TestThreads.run(this::publishAll);
          }
        });
    advance(1_200);
    aggregator.beforeEachCall(call -> {});
    advance(1_000);

    List<String> expected = new ArrayList<>(window(1, START));
    assertThat(published).hasValueGreaterThanOrEqualTo(3);
    expected.addAll(window(published.get(), START + 1_000));
    assertThat(drain(reader)).isEqualTo(expected);
  }

  @Test
  void counter_sampledWhileItsTotalStands_keepsTheTotalOfTheClosingWindow() {
    FeedReader reader = open("c", Set.of());
    open("n", null);
    publish(List.of(counter("a", 10), counter("b", 20)));
    advance(1_200);
    publishAll();
    publish(List.of(counter("b", 21)));
    AtomicBoolean published = new AtomicBoolean();
    aggregator.beforeEachCall(
        call -> {
          if (isRouting() && published.compareAndSet(false, true)) {
            TestThreads.run(() -> publish(List.of(counter("a", 15))));
          }
        });
    advance(1_000);
    advance(1_000);

    assertThat(received.drain(reader))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("M c{}=30.0 n=2 @" + START),
            second -> assertThat(second).startsWith("M c{}=31.0 n=1 @" + (START + 1_000)),
            third -> assertThat(third).startsWith("M c{}=36.0 n=1 @" + (START + 2_000)));
  }

  @Test
  void open_windowLeftHalfClosed_completesItFirst() {
    FeedReader reader = open("n", null);
    publishAll();
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    AtomicBoolean started = new AtomicBoolean();
    AtomicInteger closed = new AtomicInteger();
    Thread publisher = new Thread(this::publishAll);
    aggregator.beforeEachCall(
        call -> {
          if (Thread.currentThread() == publisher) {
            blocked.countDown();
            await(end);
          } else if (call.equals("startAfter")) {
            closed.incrementAndGet();
          } else if (isRouting() && started.compareAndSet(false, true)) {
            publisher.start();
            await(blocked);
          }
        });
    advance(1_200);
    assertThat(closed)
        .as("series closed, in the window before and in one slice of this one")
        .hasValueBetween(SERIES + 1, SERIES + SLICE);
    assertThat(drain(reader)).isEmpty();

    end.countDown();
    FeedReader later = open("n", null);
    assertThat(closed).as("series closed").hasValueGreaterThanOrEqualTo(2 * SERIES);
    assertThat(drain(reader)).isEqualTo(window(1, START));
    advance(0);
    assertThat(drain(reader)).isEmpty();
    assertThat(drain(later)).as("windows from before it was opened").isEmpty();
  }

  private int windowsInHistory() {
    HistoryQuery minutes =
        new HistoryQuery(
            (name, tags) -> true, 0, Long.MAX_VALUE, Interval.ONE_MINUTE, 10_000, null);
    return Objects.requireNonNull(stream.find(minutes)).points().size();
  }

  @Test
  void history_whileWindowCloses_containsItForAllSeriesOrNone() {
    publishAll();
    AtomicBoolean reading = new AtomicBoolean();
    List<Integer> found = new ArrayList<>();
    aggregator.beforeEachCall(
        call -> {
          if (isRouting() && found.size() < SERIES && reading.compareAndSet(false, true)) {
            found.add(windowsInHistory());
            reading.set(false);
          }
        });
    advance(Interval.ONE_MINUTE.millis());

    assertThat(found).as("between slices").isNotEmpty().containsOnly(0);
    assertThat(windowsInHistory()).isEqualTo(SERIES);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void windows_noTickForSeconds_containTheirSamples() {
    FeedReader reader = open("n", null);
    for (int second = 0; second < 4; second++) {
      for (int i = 0; i < 3; i++) {
        publishAll();
      }
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(drain(reader)).as("publishers close nothing").isEmpty();
    advance(200);

    List<String> expected = new ArrayList<>();
    for (int second = 0; second < 4; second++) {
      expected.addAll(window(3, START + second * 1_000L));
    }
    assertThat(drain(reader)).isEqualTo(expected);
  }

  @Test
  void windows_noTickForLongerThanSamplesWait_areClosedByThePublisher() {
    FeedReader reader = open("n", null);
    publishAll();
    clock.advance(Duration.ofSeconds(7));
    publishAll();

    assertThat(drain(reader)).isEqualTo(window(1, START));
  }

  @Test
  void windows_manySamplesWithoutTick_areClosedByThePublisher() {
    FeedReader reader = open("g", null);
    for (int i = 0; i < 4_000; i++) {
      publish(List.of(Metric.gauge(CHANNEL, "g", 1, Tags.empty())));
      clock.advance(Duration.ofMillis(1));
    }
    advance(1_000);

    assertThat(received.drain(reader))
        .extracting(message -> message.replaceAll(".*( n=\\d+ @\\d+).*", "$1"))
        .containsExactly(
            " n=1000 @" + START,
            " n=1000 @" + (START + 1_000),
            " n=1000 @" + (START + 2_000),
            " n=1000 @" + (START + 3_000));
  }
}
