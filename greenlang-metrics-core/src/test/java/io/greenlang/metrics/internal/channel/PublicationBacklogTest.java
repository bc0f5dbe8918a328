package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.CapturedLog;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * Tests publishers while another thread holds the samples of the channel: it publishes a metric
 * whose aggregator does not return.
 */
@Timeout(60)
class PublicationBacklogTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final String BAD = "bad";

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000_000_000L));
  private final FaultyAggregator aggregator = new FaultyAggregator();
  private final ChannelRegistry streams = TestStreams.registry(clock, aggregator);
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final Thread holder =
      new Thread(() -> publish(List.of(metric("first", FaultyAggregator.TYPE))), "holder");
  private final FeedReader reader = open(null, throwingEncoder());
  private final FeedReader windows = open(Interval.ONE_SECOND, PlainEncoder.INSTANCE);
  private long offset;

  private FeedReader open(@Nullable Interval interval, FrameEncoder encoder) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    Subscription view =
        new Subscription(CHANNEL, all.tags(), all.names(), interval, null, all.format());
    return stream.open(view, encoder, StartPosition.NOW, null);
  }

  /** Returns an encoder that throws an error for metrics of one name. */
  private static FrameEncoder throwingEncoder() {
    return (FrameEncoder)
        Proxy.newProxyInstance(
            FrameEncoder.class.getClassLoader(),
            new Class<?>[] {FrameEncoder.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("prepare")
                  && ((SeriesKey) arguments[0]).name().equals(BAD)) {
                throw new LinkageError("thrown by the test");
              }
              return method.invoke(PlainEncoder.INSTANCE, arguments);
            });
  }

  @BeforeEach
  void holdSamples() throws InterruptedException {
    aggregator.beforeEachCall(
        call -> {
          if (Thread.currentThread() == holder) {
            held.countDown();
            awaitRelease();
          }
        });
    holder.start();
    held.await();
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void releaseSamples() throws InterruptedException {
    released.countDown();
    holder.join();
  }

  private Metric metric(String name, MetricType type) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    return new Metric(CHANNEL, name, type, 1, now, Tags.empty());
  }

  private Metric gauge(String name) {
    return metric(name, MetricType.GAUGE);
  }

  private void publish(String name) {
    publish(List.of(gauge(name)));
  }

  private void publish(List<Metric> metrics) {
    stream.accept(new Publication(CHANNEL, "e", ++offset, clock.wallTimeMillis(), metrics));
  }

  private List<String> receivedNames() {
    return received.drain(reader).stream()
        .map(message -> message.replaceAll("M (\\w+).*", "$1"))
        .toList();
  }

  @Test
  void publish_samplesHeld_isAcceptedByTheirHolder() throws InterruptedException {
    publish("second");
    publish("third");
    assertThat(receivedNames()).isEmpty();

    releaseSamples();
    assertThat(receivedNames()).containsExactly("first", "second", "third");
  }

  @Test
  void open_publicationLeftBefore_beginsAfterIt() throws InterruptedException {
    publish("second");
    CompletableFuture<FeedReader> opened =
        CompletableFuture.supplyAsync(
            () ->
                stream.open(
                    Subscription.ofChannel(CHANNEL),
                    PlainEncoder.INSTANCE,
                    StartPosition.LATEST,
                    null));
    releaseSamples();

    assertThat(received.drain(opened.join())).hasSize(2).anyMatch(text -> text.contains("second"));
  }

  private int found(String name) {
    HistoryQuery query =
        new HistoryQuery((each, tags) -> each.equals(name), 0, Long.MAX_VALUE, null, 10, null);
    return Objects.requireNonNull(stream.find(query)).points().size();
  }

  @Test
  void find_samplesHeld_returnsAndFindsThePublicationLater() throws InterruptedException {
    publish("second");
    assertThat(found("second")).as("while the samples lock is held").isZero();

    releaseSamples();
    assertThat(found("second")).isEqualTo(1);
  }

  @Test
  void reportGap_publicationLeftBeforeWindowsAreClosed_followsIt() throws InterruptedException {
    clock.advance(Duration.ofSeconds(30));
    publish("second");
    releaseSamples();
    stream.reportGap(new Gap(CHANNEL, "e", offset, 42));

    assertThat(received.drain(reader))
        .hasSize(3)
        .satisfies(
            messages -> assertThat(messages.get(1)).contains("second"),
            messages -> assertThat(messages.get(2)).startsWith("I 42"));
  }

  @Test
  void publish_moreMetricsThanTheBacklogHolds_waits() throws InterruptedException {
    List<Metric> metrics = Collections.nCopies(PublicationBacklog.METRICS + 1, gauge("many"));
    Thread publisher = new Thread(() -> publish(metrics));
    publisher.start();
    TestThreads.awaitWaiting(publisher);

    releaseSamples();
    publisher.join();
    assertThat(received.drain(reader)).hasSize(PublicationBacklog.METRICS + 2);
  }

  @Test
  void publish_backlogFull_waits() throws InterruptedException {
    IntStream.range(0, PublicationBacklog.CAPACITY).forEach(i -> publish("left"));
    Thread last = new Thread(() -> publish("last"));
    last.start();
    TestThreads.awaitWaiting(last);

    releaseSamples();
    last.join();
    assertThat(receivedNames()).hasSize(PublicationBacklog.CAPACITY + 2).endsWith("left", "last");
  }

  @Test
  void publish_leftOneFails_othersAreAccepted() throws InterruptedException {
    publish("second");
    publish(BAD);
    publish("third");

    releaseSamples();
    assertThat(receivedNames()).containsExactly("first", "second", "I 1 null", "third");
    publish("fourth");
    assertThat(receivedNames()).containsExactly("fourth");
  }

  @RepeatedTest(2) // each channel logs its own failure within the same minute
  void publish_leftOneFails_isLoggedWithoutTheSamples() throws InterruptedException {
    try (CapturedLog log = new CapturedLog()) {
      publish(BAD);
      releaseSamples();
      assertThat(log.text()).doesNotContain("thrown by the test");

      streams.tick();
      assertThat(log.text()).contains("Failed to deliver a publication").contains("by the test");
    }
  }

  /** A queue that may have no memory for an element. */
  private static final class FailingQueue extends ConcurrentLinkedQueue<Publication> {
    private boolean failing = true;

    @Override
    public boolean add(Publication publication) {
      if (failing) {
        throw new OutOfMemoryError("on purpose");
      }
      return super.add(publication);
    }
  }

  @Test
  void offer_noMemory_isRefusedAndTakesNoRoom() {
    ChannelIntake intake =
        new ChannelIntake(
            CHANNEL, TestStreams.context(clock, aggregator), null, ChannelLog.empty("e"));
    ThrottledLog log = new ThrottledLog(LoggerFactory.getLogger(PublicationBacklogTest.class));
    FailingQueue queue = new FailingQueue();
    PublicationBacklog backlog =
        new PublicationBacklog(intake, new DeferredFailure(CHANNEL, log, "{} failed"), queue);
    Publication left = new Publication(CHANNEL, "e", 1, 0, List.of(gauge("left")));
    for (int i = 0; i < PublicationBacklog.CAPACITY; i++) {
      assertThat(backlog.offer(left)).as("without memory").isFalse();
    }
    queue.failing = false;
    for (int i = 0; i < PublicationBacklog.CAPACITY; i++) {
      assertThat(backlog.offer(left)).as("publication %d", i).isTrue();
    }
    assertThat(backlog.offer(left)).as("beyond the capacity").isFalse();
  }

  @Test
  void publish_windowsOverdueMeanwhile_closesThemFirst() throws InterruptedException {
    clock.advance(Duration.ofSeconds(30));
    publish("second");
    releaseSamples();
    publish("third");

    assertThat(received.drain(windows)).isNotEmpty();
    assertThat(receivedNames()).containsExactly("first", "second", "third");
  }
}
