package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.history.SeriesReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests that a channel accepts publications while a client opens windows on all of its series. */
class ChannelLockTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_000_000_000_000L;
  private static final int SERIES = 500;

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final FaultyAggregator aggregator = new FaultyAggregator();
  private final ChannelRegistry streams = TestStreams.registry(clock, aggregator);
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private long offset;

  private FeedReader open(Interval interval, @Nullable Set<String> groupBy) {
    Subscription view =
        new Subscription(
            CHANNEL,
            Subscription.ofChannel(CHANNEL).tags(),
            Subscription.ofChannel(CHANNEL).names(),
            interval,
            groupBy == null ? null : new TreeSet<>(groupBy),
            Format.METRIC);
    return stream.open(view, PlainEncoder.INSTANCE, new StartPosition(true, null, null), null);
  }

  private void publish() {
    publish(SERIES);
  }

  private void publish(int series) {
    stream.accept(TestStreams.ofHosts(CHANNEL, series, ++offset, clock));
  }

  private void advance(Duration step) {
    clock.advance(step);
    streams.tick();
  }

  /** Publishes on another thread; returns false if it leaves the publication to this one. */
  private boolean publishElsewhere() {
    long before = streams.stats().publications();
    TestThreads.run(this::publish);
    return streams.stats().publications() > before;
  }

  /** Publishes on another thread at the first call of the aggregator by this one. */
  private AtomicBoolean publishAtFirstCall(String call) {
    Thread subscriber = Thread.currentThread();
    AtomicBoolean called = new AtomicBoolean();
    AtomicBoolean published = new AtomicBoolean();
    aggregator.beforeEachCall(
        name -> {
          if (Thread.currentThread() == subscriber
              && name.equals(call)
              && called.compareAndSet(false, true)) {
            published.set(publishElsewhere());
          }
        });
    return published;
  }

  @Test
  void publish_whileWindowsReadHistory_isAccepted() {
    publish();
    advance(Duration.ofSeconds(1)); // until then, samples wait for the preceding window
    AtomicBoolean published = publishAtFirstCall("add");
    FeedReader reader = open(Interval.FIVE_SECONDS, null);

    assertThat(published).as("accepted while the history is read").isTrue();
    publish();
    advance(Duration.ofSeconds(6));
    assertThat(received.drain(reader))
        .hasSize(SERIES)
        .allMatch(message -> message.contains("n=3"), "each sample counts once");
  }

  @Test
  void publish_wheneverHistoryIsRead_isAcceptedAndCountsOnce() {
    publish();
    advance(Duration.ofSeconds(1));
    Thread subscriber = Thread.currentThread();
    AtomicBoolean publishing = new AtomicBoolean();
    List<Boolean> accepted = new ArrayList<>();
    aggregator.beforeEachCall(
        name -> {
          if (Thread.currentThread() == subscriber
              && name.equals("add")
              && accepted.size() < 10
              && isReading()
              && publishing.compareAndSet(false, true)) {
            accepted.add(publishElsewhere());
            publishing.set(false);
          }
        });
    FeedReader reader = open(Interval.FIVE_SECONDS, null);
    aggregator.beforeEachCall(name -> {});

    assertThat(accepted).hasSize(10).containsOnly(true);
    advance(Duration.ofSeconds(6));
    assertThat(received.drain(reader))
        .hasSize(SERIES)
        .allMatch(message -> message.contains("n=11"), "each sample counts once");
  }

  @Test
  void open_windowClosesWheneverHistoryIsRead_endsAndContinues() {
    publish(1); // each read has more samples, and each sample closes a window
    advance(Duration.ofSeconds(1));
    Thread subscriber = Thread.currentThread();
    AtomicBoolean closing = new AtomicBoolean();
    aggregator.beforeEachCall(
        name -> {
          if (Thread.currentThread() == subscriber
              && name.equals("add")
              && isReading()
              && !isCalledBy("resumeUnderLock") // a backlog that is full would wait for this thread
              && closing.compareAndSet(false, true)) {
            TestThreads.run(() -> publish(1));
            clock.stepWallTime(Duration.ofSeconds(1)); // the call of the aggregator is not slow
            TestThreads.run(streams::tick);
            closing.set(false);
          }
        });
    FeedReader reader = open(Interval.ONE_SECOND, null);
    aggregator.beforeEachCall(name -> {});
    received.drain(reader);

    publish(1);
    advance(Duration.ofSeconds(2));
    assertThat(received.drain(reader))
        .as("the last window during the reads, and the one after them")
        .hasSize(2)
        .allMatch(message -> message.contains("n=1 "), "one sample in each");
  }

  /** Returns whether this thread folds samples of the history. */
  private static boolean isReading() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames.anyMatch(
                    frame ->
                        frame.getClassName().equals(SeriesReader.class.getName())
                            && frame.getMethodName().equals("openingWindows")));
  }

  private static boolean isCalledBy(String method) {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals(method)));
  }

  @Test
  void publish_whileGroupsAreMerged_isAccepted() {
    FeedReader ungrouped = open(Interval.ONE_SECOND, null);
    publish();
    advance(Duration.ofSeconds(2));
    AtomicBoolean published = publishAtFirstCall("mergeSeries");
    FeedReader reader = open(Interval.ONE_SECOND, Set.of());

    assertThat(published).as("accepted while groups are merged").isTrue();
    assertThat(received.drain(reader))
        .singleElement()
        .asString()
        .startsWith("M n{}=1.0 n=500 @" + START);
    assertThat(received.drain(ungrouped)).hasSize(SERIES);
  }

  @Test
  void publish_whileLatestSamplesAreEncoded_isAccepted() {
    publish();
    AtomicBoolean called = new AtomicBoolean();
    AtomicBoolean published = new AtomicBoolean();
    Thread subscriber = Thread.currentThread();
    FrameEncoder encoder =
        (FrameEncoder)
            Proxy.newProxyInstance(
                FrameEncoder.class.getClassLoader(),
                new Class<?>[] {FrameEncoder.class},
                (proxy, method, arguments) -> {
                  if (Thread.currentThread() == subscriber
                      && method.getName().equals("metric")
                      && called.compareAndSet(false, true)) {
                    published.set(publishElsewhere());
                  }
                  return method.invoke(PlainEncoder.INSTANCE, arguments);
                });
    FeedReader reader =
        stream.open(Subscription.ofChannel(CHANNEL), encoder, StartPosition.LATEST, null);

    assertThat(received.drain(reader))
        .as("each series once or, if it has a new sample, twice")
        .hasSizeBetween(SERIES, 2 * SERIES);
    assertThat(published).as("accepted while latest values are encoded").isTrue();
  }

  @Test
  void publish_whileLatestWindowsAreEncoded_isAccepted() {
    open(Interval.ONE_SECOND, null);
    publish();
    advance(Duration.ofSeconds(2));
    FeedReader reader = open(Interval.ONE_SECOND, null);
    AtomicBoolean published = publishAtFirstCall("forEachField");

    assertThat(received.drain(reader)).hasSize(SERIES);
    assertThat(published).as("accepted while latest windows are encoded").isTrue();
  }

  @Test
  void open_windowClosesMeanwhile_deliversFollowingWindowsOnce() {
    publish();
    advance(Duration.ofSeconds(1));
    Thread subscriber = Thread.currentThread();
    AtomicBoolean called = new AtomicBoolean();
    aggregator.beforeEachCall(
        name -> {
          if (Thread.currentThread() == subscriber && called.compareAndSet(false, true)) {
            TestThreads.run(
                () -> {
                  advance(Duration.ofSeconds(2));
                  publish();
                });
          }
        });
    FeedReader reader = open(Interval.ONE_SECOND, null);
    received.drain(reader); // the latest values
    publish();
    advance(Duration.ofSeconds(2));

    assertThat(called).isTrue();
    assertThat(received.drain(reader))
        .hasSize(SERIES)
        .allMatch(message -> message.contains("n=2 @" + (START + 3_000)));
  }

  @Test
  void open_windowsWithoutReadersForLessThanAMinute_readNoHistory() {
    AtomicInteger reads = new AtomicInteger();
    publish();
    advance(Duration.ofSeconds(1));
    open(Interval.ONE_SECOND, null).close();
    advance(Duration.ofSeconds(50));
    publish();
    aggregator.beforeEachCall(name -> reads.addAndGet(name.equals("add") ? 1 : 0));
    open(Interval.ONE_SECOND, null).close();
    assertThat(reads).hasValue(0);

    advance(Duration.ofSeconds(1)); // the minute begins
    advance(Duration.ofSeconds(60));
    publish();
    advance(Duration.ofSeconds(1));
    reads.set(0);
    open(Interval.ONE_SECOND, null).close();
    assertThat(reads).as("opened again").hasValueGreaterThanOrEqualTo(SERIES);
  }

  @Test
  void windows_removedAndOpenedAgain_countEachSampleOnce() {
    publish();
    open(Interval.FIVE_SECONDS, null).close();
    for (int i = 0; i < 65; i++) {
      advance(Duration.ofSeconds(1));
    }
    publish();
    FeedReader reader = open(Interval.FIVE_SECONDS, null);
    received.drain(reader);
    publish();
    advance(Duration.ofSeconds(6));

    assertThat(received.drain(reader))
        .hasSize(SERIES)
        .allMatch(message -> message.contains("n=2 @" + (START + 65_000)));
  }
}
