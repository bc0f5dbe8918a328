package io.greenlang.metrics.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.greenlang.metrics.client.internal.connection.ManualEventLoop;
import io.greenlang.metrics.client.internal.protocol.Command;
import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.HistoryPage;
import io.greenlang.metrics.client.model.HistoryQuery;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricType;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** History requests that the server's rate limit refuses. */
class HistoryRequestsTest {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(20);
  private static final Duration LONGEST_JITTER = Duration.ofSeconds(1);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final List<Command> sent = new ArrayList<>();
  private final Commands commands = new Commands(loop, sent::add, () -> false);
  private final HistoryRequests history = new HistoryRequests(loop, commands, Runnable::run);

  @BeforeEach
  void connect() {
    history.resume();
  }

  private CompletableFuture<HistoryPage> get() {
    return history.get(HistoryQuery.of("a", Instant.EPOCH), true);
  }

  private String lastId() {
    return String.valueOf(sent.get(sent.size() - 1).fields().get("id"));
  }

  private @Nullable Object lastCursor() {
    Object data = sent.get(sent.size() - 1).fields().get("data");
    return ((Map<?, ?>) Objects.requireNonNull(data)).get("cursor");
  }

  private void refuse(@Nullable Duration retryAfter) {
    MetricsClientException error =
        new MetricsClientException(
            ErrorCode.RATE_LIMITED, "Rate limit exceeded", OptionalInt.empty(), retryAfter, null);
    commands.complete(new ServerMessage.Failure(lastId(), error));
  }

  private void answer(double value, @Nullable String cursor) {
    commands.complete(
        new ServerMessage.HistoryReply(
            lastId(),
            List.of(metric(value)),
            Instant.EPOCH,
            Instant.EPOCH,
            null,
            List.of(),
            cursor));
  }

  private static Metric metric(double value) {
    return new Metric(
        "a", "n", MetricType.GAUGE, value, Instant.EPOCH, Map.of(), null, Map.of(), null);
  }

  private static ErrorCode code(CompletableFuture<?> result) {
    CompletionException thrown = catchThrowableOfType(CompletionException.class, result::join);
    Throwable cause = Objects.requireNonNull(thrown).getCause();
    return ((MetricsClientException) Objects.requireNonNull(cause)).code();
  }

  @Test
  void refusal_secondPage_continuesThereAfterTheWait() {
    CompletableFuture<HistoryPage> result = get();
    answer(1, "next");
    refuse(RETRY_AFTER);
    loop.advance(RETRY_AFTER);
    assertThat(sent).hasSize(2);
    loop.advance(LONGEST_JITTER);
    assertThat(sent).hasSize(3);
    assertThat(lastCursor()).isEqualTo("next");
    answer(2, null);
    assertThat(result.join().metrics()).extracting(Metric::value).containsExactly(1.0, 2.0);
  }

  @Test
  void refusal_reconnectDuringTheWait_waitsToItsEnd() {
    get();
    refuse(RETRY_AFTER);
    history.pause();
    history.resume();
    get();
    assertThat(sent).hasSize(1);
    loop.advance(RETRY_AFTER.plus(LONGEST_JITTER));
    assertThat(sent).hasSize(2);
  }

  @Test
  void refusal_withoutOrWithLongWait_failsAndNextRequestFollows() {
    CompletableFuture<HistoryPage> first = get();
    CompletableFuture<HistoryPage> second = get();
    refuse(null);
    refuse(Duration.ofHours(1));
    assertThat(code(first)).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(code(second)).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(sent).hasSize(2);
  }

  @Test
  void refusal_againAndAgain_failsAtLast() {
    CompletableFuture<HistoryPage> result = get();
    while (!result.isDone() && sent.size() < 100) {
      refuse(RETRY_AFTER);
      loop.advance(RETRY_AFTER.plus(LONGEST_JITTER));
    }
    assertThat(code(result)).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(sent).hasSize(11);
  }

  @Test
  void close_duringTheWait_failsTheRequestAndEndsTheWait() {
    CompletableFuture<HistoryPage> result = get();
    refuse(RETRY_AFTER);
    history.close(MetricsClientException.of(ErrorCode.FAILED, "failed"));
    assertThat(code(result)).isEqualTo(ErrorCode.FAILED);
    CompletableFuture<HistoryPage> next = get();
    answer(1, null);
    assertThat(next).isCompleted();
    loop.advance(RETRY_AFTER.plus(LONGEST_JITTER));
    assertThat(sent).hasSize(2);
  }
}
