package io.greenlang.metrics.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.client.internal.connection.ManualEventLoop;
import io.greenlang.metrics.client.internal.protocol.Command;
import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The replies of commands, and their absence. */
class CommandsTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final List<Command> sent = new ArrayList<>();
  private final List<Object> results = new ArrayList<>();
  private boolean paused;
  private final Commands commands = new Commands(loop, sent::add, () -> paused);

  private void subscribe() {
    commands.send(
        Command.subscribe(Map.of("channels", List.of("c"))),
        ServerMessage.Subscribed.class,
        reply -> results.add(reply.channels()),
        error -> results.add(error.code()));
  }

  private static ServerMessage.Subscribed subscribed(@Nullable String id, String channel) {
    return new ServerMessage.Subscribed(id, List.of(channel), Map.of());
  }

  @Test
  void send_reply_completesOnce() {
    subscribe();
    assertThat(sent.get(0).toJson())
        .isEqualTo("{\"type\":\"subscribe\",\"data\":{\"channels\":[\"c\"]},\"id\":\"1\"}");
    loop.advance(Duration.ofMillis(3));
    assertThat(commands.complete(subscribed("1", "c"))).isTrue();
    assertThat(commands.complete(subscribed("1", "c"))).isFalse();
    loop.advance(TIMEOUT);
    assertThat(results).containsExactly(List.of("c"));
    assertThat(commands.roundTrip()).isEqualTo(Duration.ofMillis(3));
  }

  @Test
  void send_noReply_timesOut() {
    subscribe();
    loop.advance(TIMEOUT);
    assertThat(results).containsExactly(ErrorCode.TIMEOUT);
  }

  @Test
  void send_readingPaused_waitsLonger() {
    subscribe();
    paused = true;
    loop.advance(TIMEOUT.multipliedBy(3));
    assertThat(results).isEmpty();
    paused = false;
    loop.advance(TIMEOUT);
    assertThat(results).containsExactly(ErrorCode.TIMEOUT);
  }

  @Test
  void complete_withoutId_isTheOldestOfItsKind() {
    subscribe();
    subscribe();
    assertThat(commands.complete(new ServerMessage.Unsubscribed(null, List.of()))).isFalse();
    commands.complete(subscribed(null, "first"));
    commands.complete(subscribed("2", "second"));
    assertThat(results).containsExactly(List.of("first"), List.of("second"));
  }

  @Test
  void complete_replyOfAnotherType_isAnError() {
    subscribe();
    commands.complete(new ServerMessage.Unsubscribed("1", List.of()));
    assertThat(results).containsExactly(ErrorCode.MALFORMED_FRAME);
  }

  @Test
  void failAll_pendingCommands_failOnce() {
    subscribe();
    subscribe();
    commands.failAll(MetricsClientException.of(ErrorCode.CONNECTION, "lost"));
    loop.advance(TIMEOUT);
    assertThat(results).containsExactly(ErrorCode.CONNECTION, ErrorCode.CONNECTION);
  }
}
