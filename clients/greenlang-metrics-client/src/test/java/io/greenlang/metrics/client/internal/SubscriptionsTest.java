package io.greenlang.metrics.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.client.internal.connection.ManualEventLoop;
import io.greenlang.metrics.client.internal.protocol.Command;
import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.internal.protocol.ServerMessage.ConfirmedPosition;
import io.greenlang.metrics.client.internal.protocol.StreamPosition;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.Gap;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Subscriptions that are replaced, split, rejected and repeated. */
class SubscriptionsTest {

  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final List<Command> sent = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final List<ErrorCode> errors = new ArrayList<>();
  private final Commands commands = new Commands(loop, sent::add, () -> false);
  private final Positions positions = new Positions(true, gaps::add);
  private final Subscriptions subscriptions =
      new Subscriptions(
          loop, commands, positions, Runnable::run, error -> errors.add(error.code()));

  private static Map<?, ?> data(Command command) {
    return (Map<?, ?>) Objects.requireNonNull(command.fields().get("data"));
  }

  private Map<?, ?> lastData() {
    return data(sent.get(sent.size() - 1));
  }

  private List<@Nullable Object> sentChannels() {
    List<@Nullable Object> channels = new ArrayList<>();
    sent.forEach(command -> channels.add(data(command).get("channels")));
    return channels;
  }

  private void confirm(int command, String... channels) {
    Map<String, ConfirmedPosition> confirmed = new LinkedHashMap<>();
    for (String channel : channels) {
      confirmed.put(channel, new ConfirmedPosition(new StreamPosition("e", 7), true));
    }
    commands.complete(
        new ServerMessage.Subscribed(Integer.toString(command), List.of(channels), confirmed));
  }

  private void reject(int command, ErrorCode code, @Nullable Duration retryAfter) {
    MetricsClientException error =
        new MetricsClientException(code, "rejected", OptionalInt.empty(), retryAfter, null);
    commands.complete(new ServerMessage.Failure(Integer.toString(command), error));
  }

  private void reconnect() {
    subscriptions.pause();
    commands.failAll(MetricsClientException.of(ErrorCode.CONNECTION, "lost"));
    subscriptions.resume();
  }

  @Test
  void add_beforeTheConnection_isSentOnIt() {
    CompletableFuture<List<String>> result = subscriptions.add(MetricSubscription.of("a.*"));
    assertThat(sent).isEmpty();
    subscriptions.resume();
    assertThat(lastData().get("resume")).isEqualTo(true);
    assertThat(lastData().get("since")).isNull();
    confirm(1, "a.one", "a.two");
    assertThat(result).isCompletedWithValue(List.of("a.one", "a.two"));
    assertThat(gaps).isEmpty();
  }

  @Test
  void resume_confirmedChannels_namesTheirPositions() {
    subscriptions.resume();
    subscriptions.add(MetricSubscription.of("a.*"));
    confirm(1, "a.one");
    reconnect();
    assertThat(lastData().get("since"))
        .isEqualTo(Map.of("a.one", Map.of("epoch", "e", "offset", 7L)));
    confirm(2, "a.one");
    assertThat(gaps).containsExactly(Gap.afterReconnect("a.one", true));
  }

  @Test
  void resume_connectionLostBeforeTheConfirmation_repeatsThePosition() {
    subscriptions.resume();
    subscriptions.add(MetricSubscription.of("a"));
    confirm(1, "a");
    reconnect();
    reconnect();
    assertThat(lastData().get("since")).isNotNull();
    confirm(3, "a");
    assertThat(gaps).hasSize(1);
  }

  @Test
  void add_channelOfAPattern_governsItAfterAReconnect() {
    subscriptions.resume();
    subscriptions.add(MetricSubscription.of("a.*"));
    confirm(1, "a.one", "a.two");
    subscriptions.add(MetricSubscription.of("a.one").batch());
    confirm(2, "a.one");
    sent.clear();
    reconnect();
    assertThat(sentChannels()).containsExactly(List.of("a.*"), List.of("a.one"));
    assertThat(data(sent.get(0)).get("since"))
        .isEqualTo(Map.of("a.two", Map.of("epoch", "e", "offset", 7L)));
    confirm(3, "a.one", "a.two");
    confirm(4, "a.one");
    assertThat(gaps).hasSize(2);
  }

  @Test
  void add_replacedBeforeItsConfirmation_completesTheEarlierCall() {
    subscriptions.resume();
    CompletableFuture<List<String>> first = subscriptions.add(MetricSubscription.of("a"));
    CompletableFuture<List<String>> second = subscriptions.add(MetricSubscription.of("a").latest());
    assertThat(first).isCompletedWithValue(List.of());
    confirm(1, "a");
    confirm(2, "a");
    assertThat(second).isCompletedWithValue(List.of("a"));
    assertThat(subscriptions.list()).containsExactly(MetricSubscription.of("a").latest());
  }

  @Test
  void reject_firstCommand_failsTheCallAndForgetsIt() {
    subscriptions.resume();
    CompletableFuture<List<String>> result = subscriptions.add(MetricSubscription.of("a"));
    reject(1, ErrorCode.UNKNOWN_CHANNEL, null);
    assertThat(result).isCompletedExceptionally();
    assertThat(errors).containsExactly(ErrorCode.UNKNOWN_CHANNEL);
    assertThat(subscriptions.list()).isEmpty();
  }

  @Test
  void reject_afterARestart_repeatsEachChannelAlone() {
    subscriptions.resume();
    subscriptions.add(MetricSubscription.of("a", "b"));
    confirm(1, "a", "b");
    reconnect();
    reject(2, ErrorCode.UNKNOWN_CHANNEL, null);
    sent.clear();
    loop.advance(LONGEST_RETRY);
    assertThat(sentChannels()).containsExactly(List.of("a"), List.of("b"));
    confirm(3, "a");
    reject(4, ErrorCode.UNKNOWN_CHANNEL, null);
    sent.clear();
    loop.advance(LONGEST_RETRY);
    assertThat(sentChannels()).containsExactly(List.of("b"));
    assertThat(gaps).containsExactly(Gap.afterReconnect("a", true));
  }

  @Test
  void reject_rateLimited_isRepeatedAfterTheWait() {
    subscriptions.resume();
    CompletableFuture<List<String>> result = subscriptions.add(MetricSubscription.of("a"));
    reject(1, ErrorCode.RATE_LIMITED, Duration.ofSeconds(30));
    loop.advance(Duration.ofSeconds(30));
    assertThat(sent).hasSize(1);
    loop.advance(LONGEST_RETRY);
    assertThat(sent).hasSize(2);
    confirm(2, "a");
    assertThat(result).isCompletedWithValue(List.of("a"));
  }

  @Test
  void remove_withoutConnection_completesAndForgetsThePosition() {
    subscriptions.resume();
    subscriptions.add(MetricSubscription.of("a", "b"));
    confirm(1, "a", "b");
    subscriptions.pause();
    assertThat(subscriptions.remove(List.of("a"))).isCompleted();
    sent.clear();
    subscriptions.resume();
    assertThat(sentChannels()).containsExactly(List.of("b"));
  }

  @Test
  void close_unconfirmed_failsTheCallAndKeepsTheRequest() {
    CompletableFuture<List<String>> result = subscriptions.add(MetricSubscription.of("a"));
    subscriptions.close(MetricsClientException.of(ErrorCode.FAILED, "failed"));
    assertThat(result).isCompletedExceptionally();
    subscriptions.resume();
    assertThat(sentChannels()).containsExactly(List.of("a"));
  }
}
