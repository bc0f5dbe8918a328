package io.greenlang.metrics.websocket.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
import io.greenlang.metrics.websocket.internal.ratelimit.FrameRateLimiter;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The states of a feed's delivery, step by step, with the test as the only thread. */
class SessionWriterTest {

  private static final int PER_MINUTE = 6;

  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final MetricsHub hub = MetricsHub.builder().clock(clock).build();
  private final Channel channel = hub.addChannel("test");
  private final FakeConnection connection = new FakeConnection();
  private final Queue<Runnable> workerTasks = new ArrayDeque<>();
  private final ServerCounters counters = new ServerCounters();
  private final AtomicInteger limitNotices = new AtomicInteger();
  private final IoLoop loop = new IoLoop(connection.ioThread());
  private final SessionWriter writer =
      new SessionWriter(
          connection,
          loop,
          workerTasks::add,
          counters,
          new FrameRateLimiter(PER_MINUTE, clock),
          limitNotices::incrementAndGet);

  @AfterEach
  void closeHub() {
    hub.close();
  }

  private FeedReader open(@Nullable FeedReader replaced) {
    return open(replaced, JsonFrameEncoder.INSTANCE);
  }

  private FeedReader open(@Nullable FeedReader replaced, FrameEncoder encoder) {
    return open(replaced, encoder, StartPosition.NOW);
  }

  private FeedReader open(
      @Nullable FeedReader replaced, FrameEncoder encoder, StartPosition start) {
    ChannelStream stream = Objects.requireNonNull(HubStreams.find(hub, channel));
    FeedReader reader = stream.open(Subscription.ofChannel(channel), encoder, start, replaced);
    counters.openReader(reader);
    return reader;
  }

  private FeedReader attach() {
    FeedReader reader = open(null);
    writer.send(new OutboundAction.Attach(reader));
    connection.runIoTasks();
    return reader;
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      hub.publish(List.of(Metric.gauge(channel, "load", i, Tags.of())));
    }
    connection.runIoTasks();
  }

  private void runWorker() {
    Runnable task;
    while ((task = workerTasks.poll()) != null) {
      task.run();
      connection.runIoTasks();
    }
  }

  private void answer(String id) {
    ServerMessage message = new ServerMessage.Unsubscribed(List.of(), id);
    writer.send(new OutboundAction.Message(MessageFrames.of(message, Encoding.JSON), 1));
    connection.runIoTasks();
  }

  @Test
  void deliver_liveFeed_writesEachMetric() {
    attach();
    publish(3);
    assertThat(connection.frameCount).isEqualTo(3);
    assertThat(counters.framesOut()).isEqualTo(3);
    assertThat(limitNotices).hasValue(0);
  }

  @Test
  void deliver_limitReached_waitsAndCatchesUpLater() {
    attach();
    publish(PER_MINUTE + 4);
    assertThat(connection.frameCount).isEqualTo(PER_MINUTE);
    assertThat(limitNotices).hasValue(1);

    writer.resumeLimited();
    assertThat(workerTasks).as("the limit allows nothing yet").isEmpty();

    clock.advance(Duration.ofSeconds(20));
    writer.resumeLimited();
    runWorker();
    assertThat(connection.frameCount).isEqualTo(PER_MINUTE + 2);
    assertThat(connection.written()).contains("\"missed\":4", "\"value\":9");

    clock.advance(Duration.ofMinutes(1));
    writer.resumeLimited();
    runWorker();
    publish(1);
    assertThat(connection.frameCount).as("live again").isEqualTo(PER_MINUTE + 3);
  }

  @Test
  void deliver_pieceWhileNotWritable_writesItLater() {
    attach();
    publish(PER_MINUTE + 1);
    clock.advance(Duration.ofMinutes(1));
    writer.resumeLimited();
    connection.writable = false;
    runWorker();
    assertThat(connection.frameCount).isEqualTo(PER_MINUTE);

    connection.writable = true;
    writer.deliver();
    assertThat(connection.frameCount).isEqualTo(PER_MINUTE + 2);
  }

  @Test
  void drain_liveFeed_endsBeforeNextAnswer() {
    FeedReader first = attach();
    connection.writable = false;
    publish(2);
    FeedReader second = open(first);
    writer.send(new OutboundAction.Drain(first));
    answer("after");
    connection.writable = true;
    writer.deliver();
    assertThat(connection.frameCount).isEqualTo(3);
    assertThat(connection.written()).matches("(?s).*\"value\":0.*\"value\":1.*\"after\".*");

    writer.send(new OutboundAction.Attach(second));
    publish(1);
    assertThat(connection.frameCount).isEqualTo(4);
  }

  @Test
  void drain_limitedFeed_sendsMissedCountOnly() {
    FeedReader first = attach();
    publish(PER_MINUTE + 4);
    open(first);
    writer.send(new OutboundAction.Drain(first));
    answer("after");
    ServerMessage ping = new ServerMessage.Ping(Instant.EPOCH);
    writer.send(new OutboundAction.Message(MessageFrames.of(ping, Encoding.JSON), 1, false));
    connection.runIoTasks();
    assertThat(connection.written()).as("a ping passes the drain").contains("\"ping\"");
    assertThat(connection.written()).as("a worker prepares the last piece").doesNotContain("after");

    runWorker();
    assertThat(connection.written()).matches("(?s).*\"missed\":4.*\"after\".*");
    assertThat(connection.written()).doesNotContain("\"value\":9");
    assertThat(connection.frameCount).isEqualTo(PER_MINUTE + 3);
  }

  @Test
  void drain_replay_answersAfterOneStepWithoutTheRest() {
    clock.advance(Duration.ofMinutes(1));
    publish(3_000);
    FeedReader replaying = open(null, JsonFrameEncoder.INSTANCE, StartPosition.from(Instant.EPOCH));
    writer.send(new OutboundAction.Attach(replaying));
    connection.runIoTasks();
    open(replaying);
    writer.send(new OutboundAction.Drain(replaying));
    answer("after");
    assertThat(workerTasks).as("the first step of the replay").hasSize(1);

    runWorker();
    assertThat(connection.written())
        .matches("(?s).*\"value\":\\d+.*\"missed\":null\\}[^\"]*\"type\":\"unsubscribed\".*");
    assertThat(connection.frameCount).as("a part of the replay").isLessThan(3_000);
    assertThat(counters.subscriptions()).isZero();
    assertThat(hub.stats().feeds())
        .as("the successor's feed, which the test does not attach")
        .isEqualTo(1);
  }

  @Test
  void catchUp_error_closesConnectionAndReleasesFeed() {
    FrameEncoder failing =
        (FrameEncoder)
            Proxy.newProxyInstance(
                FrameEncoder.class.getClassLoader(),
                new Class<?>[] {FrameEncoder.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("lagged")) {
                    throw new StackOverflowError();
                  }
                  return method.invoke(JsonFrameEncoder.INSTANCE, arguments);
                });
    writer.send(new OutboundAction.Attach(open(null, failing)));
    publish(PER_MINUTE + 4);
    clock.advance(Duration.ofMinutes(1));
    writer.resumeLimited();
    connection.closeExpected = true;
    runWorker();
    assertThat(connection.closeCode).isEqualTo(1011);

    writer.close();
    runWorker();
    assertThat(hub.stats().feeds()).isZero();
  }

  @Test
  void publish_ioThreadOutOfMemory_deliversWithNextSweep() {
    attach();
    connection.outOfMemory = true;
    hub.publish(List.of(Metric.gauge(channel, "load", 1, Tags.of())));
    loop.sweep(0);
    connection.outOfMemory = false;
    hub.publish(List.of(Metric.gauge(channel, "load", 2, Tags.of())));
    connection.runIoTasks();
    assertThat(connection.frameCount).isZero();

    loop.sweep(0);
    connection.runIoTasks();
    assertThat(connection.frameCount).isEqualTo(2);
    hub.publish(List.of(Metric.gauge(channel, "load", 3, Tags.of())));
    connection.runIoTasks();
    assertThat(connection.frameCount).as("later appends wake the thread again").isEqualTo(3);
  }

  @Test
  void close_attachedAndQueuedCursors_closesBoth() {
    attach();
    connection.writable = false;
    writer.send(new OutboundAction.Attach(open(null)));
    writer.close();
    runWorker();
    publish(1);
    assertThat(connection.frameCount).isZero();
    assertThat(counters.metrics().published()).as("closed before the publication").isZero();
  }

  @Test
  void close_workersHaveNoMemory_closesAllReaders() {
    SessionWriter failing =
        new SessionWriter(
            connection,
            loop,
            task -> {
              throw new OutOfMemoryError("on purpose");
            },
            counters,
            new FrameRateLimiter(PER_MINUTE, clock),
            limitNotices::incrementAndGet);
    failing.send(new OutboundAction.Attach(open(null)));
    failing.send(new OutboundAction.Attach(open(null, JsonFrameEncoder.INSTANCE)));
    connection.runIoTasks();
    assertThat(hub.isWatched(channel)).isTrue();
    failing.close();

    assertThat(hub.isWatched(channel)).isFalse();
  }
}
