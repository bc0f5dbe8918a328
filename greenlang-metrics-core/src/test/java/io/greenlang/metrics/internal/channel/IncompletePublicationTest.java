package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests publications that an error leaves incomplete, and the notices that all clients receive. */
class IncompletePublicationTest {

  private static final Channel CHANNEL = new Channel("test.metrics");

  /** More feeds than one slice has. */
  private static final int FEEDS = 200;

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000_000_000L));
  private final FaultyAggregator aggregator = new FaultyAggregator();
  private final ChannelRegistry streams = TestStreams.registry(clock, aggregator);
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private long offset;

  private FeedReader open(
      @Nullable Interval interval, FrameEncoder encoder, TagFilter filter, StartPosition start) {
    Subscription view =
        new Subscription(
            CHANNEL,
            filter,
            Subscription.ofChannel(CHANNEL).names(),
            interval,
            null,
            Format.METRIC,
            true);
    return stream.open(view, encoder, start, null);
  }

  private FeedReader open(@Nullable Interval interval) {
    return open(interval, PlainEncoder.INSTANCE, TagFilter.ALL, StartPosition.NOW);
  }

  private FeedReader openHost(int host, FrameEncoder encoder) {
    TagFilter filter = TagFilter.of(Map.of("host", Set.of("h" + host, "all")));
    return open(null, encoder, filter, StartPosition.NOW);
  }

  private void publish(String name) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    Metric metric =
        new Metric(CHANNEL, name, FaultyAggregator.TYPE, 1, now, Tags.of("host", "all"));
    stream.accept(new Publication(CHANNEL, "e", ++offset, clock.wallTimeMillis(), List.of(metric)));
  }

  /** Has the first call of a name fail with an error. */
  private void failFirst(String name) {
    AtomicBoolean failed = new AtomicBoolean();
    aggregator.beforeEachCall(
        call -> {
          if (call.equals(name) && failed.compareAndSet(false, true)) {
            throw new OutOfMemoryError("on purpose");
          }
        });
  }

  private static String gap(long offset) {
    return "I null " + new StreamPosition("e", offset);
  }

  private long gaps(FeedReader reader) {
    return received.drain(reader).stream().filter(message -> message.startsWith("I ")).count();
  }

  /** Loses the second publication before it is numbered: windows cannot be closed before it. */
  private void loseSecond() {
    publish("n");
    clock.advance(Duration.ofSeconds(30));
    failFirst("startAfter");
    assertThatThrownBy(() -> publish("n")).hasMessage("on purpose");
  }

  @Test
  void since_publicationLostBeforeItWasNumbered_isNotRecovered() {
    open(Interval.ONE_SECOND);
    open(Interval.FIVE_SECONDS);
    loseSecond();
    publish("n");

    StartPosition since = StartPosition.since(new StreamPosition("e", 1));
    FeedReader resumed = open(null, PlainEncoder.INSTANCE, TagFilter.ALL, since);
    assertThat(resumed.startResult().recovered()).isFalse();
  }

  @Test
  void publish_publicationLostBefore_allClientsReceiveOneNotice() {
    FeedReader samples = open(null);
    FeedReader second = open(Interval.ONE_SECOND);
    FeedReader fiveSeconds = open(Interval.FIVE_SECONDS);
    loseSecond();
    publish("n");

    assertThat(received.drain(samples)).containsSubsequence(gap(2)).containsOnlyOnce(gap(2));
    assertThat(gaps(second)).isEqualTo(1);
    assertThat(gaps(fiveSeconds)).isEqualTo(1);
  }

  /** Opens views whose first notice interrupts the tick, and leaves a publication incomplete. */
  private List<FeedReader> openInterrupted(AtomicInteger notices) {
    List<FeedReader> readers =
        IntStream.range(0, FEEDS).mapToObj(i -> openHost(i, PlainEncoder.INSTANCE)).toList();
    failFirst("create");
    assertThatThrownBy(() -> publish("n")).hasMessage("on purpose");
    readers.forEach(received::drain);
    for (FeedReader reader : readers) {
      reader
          .feed()
          .addListener(
              () -> {
                if (notices.incrementAndGet() == 1) {
                  Thread.currentThread().interrupt(); // it does not acquire the samples lock then
                }
              });
    }
    return readers;
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void tick_interruptedWhileItReportsAGap_endsAndTheNextContinues() {
    AtomicInteger notices = new AtomicInteger();
    List<FeedReader> readers = openInterrupted(notices);
    streams.tick();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(notices.get()).as("notices of the first tick").isBetween(1, FEEDS - 1);

    streams.tick();
    for (FeedReader reader : readers) {
      assertThat(received.drain(reader)).containsExactly(gap(1));
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void publish_gapReportedToSomeFeeds_followsItInTheOthers() {
    List<FeedReader> readers = openInterrupted(new AtomicInteger());
    streams.tick();
    assertThat(Thread.interrupted()).isTrue();
    publish("n");

    for (FeedReader reader : readers) {
      assertThat(received.drain(reader)).containsExactly(gap(1), "M n{host=all}=1 #2");
    }
  }

  /** Returns an encoder that fails to write its first gap notice. */
  private static FrameEncoder failingOnce() {
    AtomicBoolean failed = new AtomicBoolean();
    return (FrameEncoder)
        Proxy.newProxyInstance(
            FrameEncoder.class.getClassLoader(),
            new Class<?>[] {FrameEncoder.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("gap") && failed.compareAndSet(false, true)) {
                throw new OutOfMemoryError("on purpose");
              }
              return method.invoke(PlainEncoder.INSTANCE, arguments);
            });
  }

  @Test
  void reportGap_noticeOfOneFeedFails_allClientsAreNotified() {
    FeedReader windows = open(Interval.ONE_SECOND);
    FeedReader failing = openHost(0, failingOnce());
    List<FeedReader> others =
        IntStream.range(1, 10).mapToObj(i -> openHost(i, PlainEncoder.INSTANCE)).toList();
    assertThatThrownBy(() -> stream.reportGap(new Gap(CHANNEL, "e", 7, 42)))
        .hasMessage("on purpose");

    String notice = "I 42 " + new StreamPosition("e", 7);
    for (FeedReader reader : others) {
      assertThat(received.drain(reader)).containsExactly(notice);
    }
    assertThat(gaps(windows)).isEqualTo(1);
    assertThat(received.drain(failing)).startsWith(notice);
  }
}
