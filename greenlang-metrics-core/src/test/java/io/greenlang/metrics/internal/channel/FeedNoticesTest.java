package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Gap;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests publications while all feeds receive a notice, which takes slices of feeds. */
class FeedNoticesTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final int FEEDS = 300;

  /** The number of feeds that receive the notice before a publication is accepted. */
  private static final int SLICE = 64;

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000_000_000L));
  private final ChannelRegistry streams = TestStreams.registry(clock, FEEDS);
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private final Thread reporter = Thread.currentThread();
  private final Thread publisher = new Thread(() -> publish(0, 1));
  private final AtomicInteger notified = new AtomicInteger();
  private final AtomicInteger notifiedBefore = new AtomicInteger(-1);
  private long published;
  private long offset;

  private FeedReader open(int host, @Nullable Interval interval) {
    Subscription view =
        new Subscription(
            CHANNEL,
            TagFilter.of(Map.of("host", Set.of("h" + host))),
            Subscription.ofChannel(CHANNEL).names(),
            interval,
            null,
            Format.METRIC);
    return stream.open(view, PlainEncoder.INSTANCE, StartPosition.NOW, null);
  }

  /**
   * Opens a view of each host, whose notices are counted. Another thread publishes at the first
   * one.
   */
  private List<FeedReader> openAll() {
    List<FeedReader> readers = IntStream.range(0, FEEDS).mapToObj(i -> open(i, null)).toList();
    publish(0, FEEDS);
    readers.forEach(received::drain);
    readers.forEach(reader -> reader.feed().addListener(this::onAppend));
    return readers;
  }

  private void onAppend() {
    if (notified.incrementAndGet() == 1) {
      published = streams.stats().publications();
      publisher.start();
      TestThreads.awaitWaiting(publisher); // for the lock, unless it has left its publication
    } else if (streams.stats().publications() > published) {
      notifiedBefore.compareAndSet(-1, notified.get());
    }
  }

  private void publish(int from, int to) {
    List<Metric> metrics = new ArrayList<>();
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    for (int i = from; i < to; i++) {
      metrics.add(Metric.gauge(CHANNEL, "n", 1, Tags.of("host", "h" + i)).withTimestamp(now));
    }
    stream.accept(new Publication(CHANNEL, "e", ++offset, clock.wallTimeMillis(), metrics));
  }

  @Test
  void publish_whileGapIsReported_isAcceptedAfterTheSlice() throws InterruptedException {
    List<FeedReader> readers = openAll();
    stream.reportGap(new Gap(CHANNEL, "e", offset, 42));
    publisher.join();

    assertThat(notified).as("notices, and the publication").hasValue(FEEDS + 1);
    assertThat(notifiedBefore.get())
        .as("notices up to the first after the publication")
        .isBetween(2, SLICE + 2);
    for (FeedReader reader : readers.subList(1, FEEDS)) {
      assertThat(received.drain(reader)).containsExactly("I 42 null");
    }
  }

  @Test
  void open_whileGapIsReported_waitsUntilAllFeedsKnowIt() throws InterruptedException {
    List<FeedReader> readers = openAll();
    CompletableFuture<FeedReader> opened = new CompletableFuture<>();
    Thread client = new Thread(() -> opened.complete(open(FEEDS - 1, null)));
    AtomicBoolean started = new AtomicBoolean();
    readers
        .get(0)
        .feed()
        .addListener(
            () -> {
              if (Thread.currentThread() == reporter && started.compareAndSet(false, true)) {
                client.start();
                TestThreads.awaitWaiting(client); // for the lock
              }
            });
    stream.reportGap(new Gap(CHANNEL, "e", offset, 42));
    client.join();

    assertThat(started).isTrue();
    assertThat(received.drain(opened.join())).as("notices of an earlier gap").isEmpty();
  }

  @Test
  void publish_whileDroppedMetricsAreReported_waitsForOneSliceAtMost() throws InterruptedException {
    List<FeedReader> readers = openAll();
    publish(FEEDS, 2 * FEEDS);
    streams.tick();
    publisher.join();
    streams.tick(); // continues if the publisher was slow

    assertThat(notified).as("notices, and the publication").hasValue(FEEDS + 1);
    assertThat(notifiedBefore.get())
        .as("notices up to the first after the publication")
        .isBetween(2, SLICE + 2);
    for (FeedReader reader : readers.subList(1, FEEDS)) {
      assertThat(received.drain(reader)).containsExactly("D " + FEEDS);
    }
  }

  @Test
  void tick_droppedMetricsAndFeedsOfWindowsAndSamples_reportsToAll() {
    FeedReader samples = open(0, null);
    FeedReader windows = open(0, Interval.ONE_SECOND);
    publish(0, FEEDS);
    clock.advance(Duration.ofSeconds(2));
    streams.tick();
    publish(FEEDS, 2 * FEEDS);
    streams.tick();

    Stream.of(samples, windows)
        .forEach(
            reader ->
                assertThat(received.drain(reader))
                    .filteredOn(message -> message.startsWith("D "))
                    .containsExactly("D " + FEEDS));
  }
}
