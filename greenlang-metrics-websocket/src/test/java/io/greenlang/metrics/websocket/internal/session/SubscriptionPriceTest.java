package io.greenlang.metrics.websocket.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The price of subscriptions to a channel with {@value #SERIES} series, for a budget of 40. */
class SubscriptionPriceTest {

  private static final int SERIES = 10_000;
  private static final int BUDGET = 40;

  private final CommandHandlers handlers = new CommandHandlers(BUDGET);
  private final MetricsHub hub = handlers.hub;
  private final ServerCounters counters = handlers.counters;

  SubscriptionPriceTest() {
    Channel channel = new Channel("a");
    hub.addChannel("a");
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      metrics.add(Metric.gauge(channel, "n", i, Tags.of("host", "h" + i)));
    }
    hub.publish(metrics);
  }

  @AfterEach
  void close() {
    handlers.close();
  }

  private static CommandExecution begin(CommandHandler session, String fields) throws Exception {
    return CommandHandlers.begin(
        session,
        "{\"type\":\"subscribe\",\"id\":\"s\",\"data\":{\"channels\":[\"a\"]" + fields + "}}");
  }

  /** Executes a subscription, and returns the number of slices. */
  private static int subscribe(CommandHandler session, String fields) throws Exception {
    CommandExecution execution = begin(session, fields);
    int slices = 1;
    SendResult result = execution.runSlice();
    while (result == null) {
      result = execution.runSlice();
      slices++;
    }
    assertThat(result).isEqualTo(SendResult.QUEUED);
    execution.close();
    return slices;
  }

  /** Returns the tokens that a subject has left. */
  private int available(String subject) {
    int tokens = 0;
    while (handlers.limiters.tryAcquire(subject)) {
      tokens++;
    }
    return tokens;
  }

  @Test
  void begin_newWindowsOfManySeriesBackToBack_areRefusedWithRetryAfter() throws Exception {
    CommandHandler session = handlers.handler("ada");
    subscribe(session, ",\"aggregation_interval\":\"1s\"");
    assertThatThrownBy(() -> begin(session, ",\"aggregation_interval\":\"5s\""))
        .isInstanceOfSatisfying(
            CommandException.class,
            refusal ->
                assertThat(refusal.toMessage().toMap())
                    .containsEntry("code", "RATE_LIMITED")
                    .containsEntry("message", "Rate limit exceeded")
                    .containsEntry("id", "s")
                    .containsEntry("retry_after", 5L));
    assertThat(hub.stats().feeds()).as("only the first one has a feed").isOne();

    handlers.clock.advance(Duration.ofSeconds(5));
    subscribe(session, ",\"aggregation_interval\":\"5s\"");
    assertThat(counters.subscriptions()).isOne();
  }

  @Test
  void begin_viewOfOneHost_costsNothingExtra() throws Exception {
    subscribe(handlers.handler("ada"), ",\"tags\":{\"host\":\"h7\"},\"latest\":true");

    assertThat(available("ada")).as("all but that of `latest`").isEqualTo(BUDGET - 1);
  }

  @Test
  void begin_viewThatAnotherClientHas_costsNoComparison() throws Exception {
    subscribe(handlers.handler("ada"), ",\"aggregation_interval\":\"1s\"");
    subscribe(handlers.handler("bob"), ",\"aggregation_interval\":\"1s\"");

    assertThat(available("ada")).isEqualTo(BUDGET - SERIES / 500);
    assertThat(available("bob")).isEqualTo(BUDGET);
  }

  @Test
  void runSlice_manySeries_givesThreadBackBetweenParts() throws Exception {
    assertThat(subscribe(handlers.handler("ada"), ",\"aggregation_interval\":\"1s\""))
        .isGreaterThanOrEqualTo(9);
  }

  @Test
  void close_betweenParts_leavesNothingOpen() throws Exception {
    CommandExecution execution = begin(handlers.handler("ada"), "");
    assertThat(execution.runSlice()).isNull();
    assertThat(hub.stats().feeds()).isOne();
    execution.close();

    assertThat(hub.stats().feeds()).isZero();
    assertThat(counters.subscriptions()).isZero();
  }
}
