package io.greenlang.metrics.websocket.internal.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.websocket.CapturedLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Reads that the test answers one by one, by a clock that the test advances. */
class RefreshedValueTest {

  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final long TIMEOUT_SECONDS = 30;

  private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final BlockingQueue<Object> answers = new ArrayBlockingQueue<>(1);
  private final AtomicInteger reads = new AtomicInteger();
  private final RefreshedValue<String> value =
      new RefreshedValue<>("the test value", this::load, INTERVAL, clock);

  /** Waits for the test's answer. */
  private String load() throws IOException {
    reads.incrementAndGet();
    try {
      Object answer = answers.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (answer instanceof String text) {
        return text;
      }
      if (answer instanceof Error error) {
        throw error;
      }
      throw new IOException("answer " + answer);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void await(@Nullable CompletionStage<@Nullable Void> attempt) throws Exception {
    CompletableFuture<@Nullable Void> future =
        Objects.requireNonNull(attempt, "no read is in progress").toCompletableFuture();
    future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private PendingException pending(Callable<?> call) {
    return Objects.requireNonNull(
        catchThrowableOfType(PendingException.class, call::call), "the call did not throw");
  }

  /** Lets the next read answer, and waits for its end. */
  private void read(Object answer) throws Exception {
    CompletionStage<@Nullable Void> attempt = pending(value::get).attempt();
    answers.add(answer);
    await(attempt);
  }

  /** Asks for the old value, which begins a read, and lets that answer. */
  private void refresh(String old, Object answer) throws Exception {
    assertThat(value.get()).isEqualTo(old);
    CompletionStage<@Nullable Void> attempt = pending(() -> value.newerThan(old)).attempt();
    answers.add(answer);
    await(attempt);
  }

  @Test
  void get_firstRead_isPendingThenPresent() throws Exception {
    read("a");

    assertThat(value.get()).isEqualTo("a");
    assertThat(reads).hasValue(1);
  }

  @Test
  void get_manyCallersDuringRead_shareOne() throws Exception {
    PendingException first = pending(value::get);
    for (int i = 0; i < 1_000; i++) {
      assertThat(pending(value::get).attempt()).isSameAs(first.attempt());
    }
    answers.add("a");
    await(first.attempt());

    assertThat(reads).hasValue(1);
  }

  @Test
  void get_withinInterval_readsNothing() throws Exception {
    read("a");
    clock.advance(INTERVAL);

    assertThat(value.get()).isEqualTo("a");
    assertThat(reads).hasValue(1);
  }

  @Test
  void get_afterInterval_returnsOldValueWhileItIsRead() throws Exception {
    read("a");
    clock.advance(INTERVAL.plusSeconds(1));

    refresh("a", "b");

    assertThat(value.get()).isEqualTo("b");
    assertThat(reads).hasValue(2);
  }

  @Test
  void get_notAskedForTwoIntervals_isReadFirst() throws Exception {
    read("a");
    clock.advance(INTERVAL.multipliedBy(2).plusSeconds(1));

    PendingException stale = pending(value::get);
    answers.add("b");
    await(stale.attempt());

    assertThat(value.get()).isEqualTo("b");
  }

  @Test
  void get_outageOfTenMinutes_returnsLastValueEachTime() throws Exception {
    read("a");
    clock.advance(INTERVAL.plusSeconds(1));
    refresh("a", 1);
    for (int second = 0; second < 600; second += 10) {
      clock.advance(Duration.ofSeconds(10));
      answers.offer(second);
      assertThat(value.get()).isEqualTo("a");
      awaitIdle();
    }
    assertThat(reads.get()).as("one in 20 s at most").isBetween(2, 33);

    clock.advance(Duration.ofSeconds(20));
    answers.clear();
    refresh("a", "b");
    assertThat(value.get()).isEqualTo("b");
  }

  /** Waits until no read is in progress. */
  private void awaitIdle() throws Exception {
    try {
      value.newerThan("a");
    } catch (PendingException e) {
      if (e.attempt() != null) {
        await(e.attempt());
      }
    }
  }

  @Test
  void get_outageOfADay_isPending() throws Exception {
    read("a");
    for (int minute = 0; minute < 24 * 60; minute++) {
      clock.advance(Duration.ofMinutes(1));
      answers.offer(minute);
      assertThat(value.get()).as("minute %d", minute).isEqualTo("a");
      awaitIdle();
    }
    clock.advance(Duration.ofMinutes(1));
    answers.offer(0);

    assertThat(pending(value::get)).hasMessageContaining("the test value");
    awaitIdle(); // its failure must not get into the log that another test captures
  }

  @Test
  void get_failedFirstRead_isTriedAgainAfterTwentySeconds() throws Exception {
    read(1);
    assertThat(pending(value::get).attempt()).as("no read in progress").isNull();
    clock.advance(Duration.ofSeconds(20).minusNanos(1));
    assertThat(pending(value::get).attempt()).isNull();
    clock.advance(Duration.ofNanos(1));

    read("a");

    assertThat(value.get()).isEqualTo("a");
    assertThat(reads).hasValue(2);
  }

  @Test
  void get_loaderThrowsError_laterReadSucceeds() throws Exception {
    read(new OutOfMemoryError("test"));
    clock.advance(Duration.ofSeconds(20));

    read("a");

    assertThat(value.get()).isEqualTo("a");
  }

  /** A client can ask for 10,000 keys that do not exist. */
  @Test
  void newerThan_manyMisses_beginAtMostTwoReadsInThirtySeconds() throws Exception {
    read("a");
    for (int i = 0; i < 10_000; i++) {
      clock.advance(Duration.ofMillis(3));
      answers.offer("a");
      awaitIdle();
    }
    assertThat(reads.get()).as("the first one, and those of 30 s").isLessThanOrEqualTo(3);
  }

  @Test
  void newerThan_readShortlyBefore_isNull() throws Exception {
    read("a");
    clock.advance(Duration.ofSeconds(19));

    assertThat(value.newerThan("a")).isNull();
  }

  @Test
  void newerThan_readMeanwhile_isTheNewValue() throws Exception {
    read("a");
    clock.advance(Duration.ofSeconds(20));
    refresh("a", "b");

    assertThat(value.newerThan("a")).isEqualTo("b");
  }

  @Test
  void newerThan_lastReadFailed_isPending() throws Exception {
    read("a");
    clock.advance(Duration.ofSeconds(20));
    refresh("a", 1);

    assertThat(pending(() -> value.newerThan("a")).attempt()).isNull();
    assertThat(value.get()).isEqualTo("a");
  }

  @Test
  void load_failsRepeatedly_isLoggedOncePerMinute() throws Exception {
    try (CapturedLog log = new CapturedLog()) {
      read(1);
      for (int i = 0; i < 2; i++) {
        clock.advance(Duration.ofSeconds(20));
        read(2);
      }
      assertThat(log.text().lines().filter(line -> line.contains("WARN")))
          .singleElement()
          .asString()
          .contains("Failed to read the test value (answer 1)");
    }
  }

  /** A read may end between two steps of a caller, who must not take it for a failure. */
  @Test
  void get_duringEndOfRead_isPresentOrHasAttempt() {
    for (int i = 0; i < 500; i++) {
      RefreshedValue<String> fast = new RefreshedValue<>("it", () -> "a", INTERVAL, clock);
      String result = null;
      while (result == null) {
        try {
          result = fast.get();
        } catch (PendingException e) {
          assertThat(e.attempt()).as("attempt %d", i).isNotNull();
        }
      }
    }
  }

  @Test
  void prefetch_beforeFirstUse_readsInBackground() throws Exception {
    value.prefetch();
    read("a");

    assertThat(reads).hasValue(1);
  }
}
