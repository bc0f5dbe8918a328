package io.greenlang.metrics.websocket.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.channel.OpeningWork;
import io.greenlang.metrics.internal.feed.ViewLimits;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.FakeConnection;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.delivery.SessionWriter;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A subscription to two channels that ends at different points. */
class SubscribeExecutionTest {

  private static final String COMMAND =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"a\",\"b\"]}}";

  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final MetricsHub hub = MetricsHub.builder().clock(clock).build();
  private final FakeConnection connection = new FakeConnection();
  private final ServerCounters counters = new ServerCounters();
  private final SessionWriter writer = CommandHandlers.writer(connection, counters, clock);
  private final Subscriptions subscriptions = new Subscriptions(hub, writer, counters, "ada");

  SubscribeExecutionTest() {
    hub.addChannel("a");
    hub.addChannel("b");
  }

  @AfterEach
  void closeHub() {
    hub.close();
  }

  private SubscribeExecution begin(
      BiFunction<Map<Channel, FeedReader>, OpeningWork, SendResult> answer) throws Exception {
    return begin(COMMAND, answer);
  }

  private SubscribeExecution begin(
      String json, BiFunction<Map<Channel, FeedReader>, OpeningWork, SendResult> answer)
      throws Exception {
    Command.Subscribe command = (Command.Subscribe) CommandHandlers.parse(json);
    return new SubscribeExecution(
        command,
        Principal.ANONYMOUS,
        subscriptions,
        subscriptions.resolve(command, Principal.ANONYMOUS),
        Runnable::run,
        answer);
  }

  @Test
  void close_afterFirstChannel_releasesIt() throws Exception {
    SubscribeExecution execution = begin((opened, work) -> SendResult.QUEUED);
    assertThat(execution.runSlice()).isNull();
    assertThat(hub.stats().feeds()).isEqualTo(1);
    execution.close();
    assertThat(hub.stats().feeds()).isZero();
    assertThat(counters.subscriptions()).isZero();
  }

  @Test
  void close_answerFailed_releasesAllChannels() throws Exception {
    SubscribeExecution execution =
        begin(
            (opened, work) -> {
              throw new OutOfMemoryError("test");
            });
    assertThat(execution.runSlice()).isNull();
    assertThatThrownBy(execution::runSlice).isInstanceOf(OutOfMemoryError.class);
    execution.close();
    assertThat(hub.stats().feeds()).isZero();
    assertThat(counters.subscriptions()).isZero();
  }

  @Test
  void close_complete_keepsSubscriptions() throws Exception {
    SubscribeExecution execution = begin((opened, work) -> SendResult.QUEUED);
    assertThat(execution.runSlice()).isNull();
    assertThat(execution.runSlice()).isEqualTo(SendResult.QUEUED);
    execution.close();
    assertThat(hub.stats().feeds()).isEqualTo(2);
    assertThat(counters.subscriptions()).isEqualTo(2);
  }

  /** A new reader ends the current one of its channel, which must not happen to some of them. */
  @Test
  void runSlice_placeForOneOfTwoViews_leavesCurrentReadersOpen() throws Exception {
    Map<Channel, FeedReader> current = new LinkedHashMap<>();
    SubscribeExecution first =
        begin(
            (opened, work) -> {
              current.putAll(opened);
              return SendResult.QUEUED;
            });
    assertThat(first.runSlice()).isNull();
    assertThat(first.runSlice()).isEqualTo(SendResult.QUEUED);
    first.close();
    reserveAllButOne();

    SubscribeExecution rejected =
        begin(COMMAND.replace("]}", "],\"metrics\":[\"n\"]}"), (opened, work) -> SendResult.QUEUED);
    assertThatThrownBy(
            () -> {
              while (rejected.runSlice() == null) {}
            })
        .isInstanceOf(CommandException.class);
    rejected.close();

    hub.publish(Metric.gauge(new Channel("a"), "n", 1, Tags.empty()));
    FeedReader reader = Objects.requireNonNull(current.get(new Channel("a")));
    assertThat(reader.poll((frames, from, to, count) -> {})).isEqualTo(FeedReader.Progress.FRAMES);
    assertThat(hub.stats().feeds()).isEqualTo(2);
  }

  /** Reserves all views of the subject but one, in addition to the two that are open. */
  private void reserveAllButOne() {
    Channel channel = new Channel("a");
    ViewLimits limits = Objects.requireNonNull(HubStreams.find(hub, channel)).viewLimits();
    List<ViewLimits.View> views =
        IntStream.range(3, limits.perSubject())
            .mapToObj(i -> new ViewLimits.View(view(channel, "reserved" + i), Encoding.JSON))
            .toList();
    assertThat(limits.tryReserve("ada", views)).isTrue();
  }

  @Test
  void runSlice_channelHasAsManyViewsAsAllowed_failsWithItsCode() throws Exception {
    ChannelStream stream = Objects.requireNonNull(HubStreams.find(hub, new Channel("a")));
    for (int i = 0; i < ViewLimits.PER_CHANNEL; i++) {
      open(stream, "m" + i);
    }
    SubscribeExecution execution = begin((opened, work) -> SendResult.QUEUED);

    assertThatThrownBy(execution::runSlice)
        .isInstanceOfSatisfying(
            CommandException.class,
            e ->
                assertThat(e.toMessage())
                    .isInstanceOfSatisfying(
                        ServerMessage.ErrorMessage.class,
                        message ->
                            assertThat(message.code())
                                .isEqualTo(ServerMessage.ErrorCode.TOO_MANY_VIEWS)));
    execution.close();
    assertThat(hub.stats().feeds()).isEqualTo(ViewLimits.PER_CHANNEL);
  }

  private static void open(ChannelStream stream, String name) {
    stream.open(view(stream.channel(), name), JsonFrameEncoder.INSTANCE, StartPosition.NOW, null);
  }

  private static Subscription view(Channel channel, String name) {
    Subscription all = Subscription.ofChannel(channel);
    return new Subscription(
        channel,
        all.tags(),
        new TreeSet<>(Set.of(NamePattern.parse(name))),
        null,
        null,
        all.format());
  }
}
