package io.greenlang.metrics.websocket.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.ratelimit.CostlyCommands;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Subscriptions that begin in history, of several sessions, none of which has run a slice yet. */
class ReplayLimitTest {

  private static final String LIVE = "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"a\"]}}";
  private static final String REPLAY =
      "{\"type\":\"subscribe\",\"id\":\"s\",\"data\":{\"channels\":[\"a\"],"
          + "\"since\":\"1970-01-01T00:00:00Z\"}}";
  private static final String HISTORY =
      "{\"type\":\"get_history\",\"data\":{\"channel\":\"a\","
          + "\"start_time\":\"1970-01-01T00:00:00Z\"}}";

  private final CommandHandlers handlers = new CommandHandlers(0);
  private final MetricsHub hub = handlers.hub;

  ReplayLimitTest() {
    hub.addChannel("a");
  }

  @AfterEach
  void close() {
    handlers.close();
  }

  private CommandExecution begin(String subject, String command) throws Exception {
    return CommandHandlers.begin(handlers.handler(subject), command);
  }

  private List<CommandExecution> beginMaximum(String subject) throws Exception {
    List<CommandExecution> begun = new ArrayList<>();
    for (int i = 0; i < CostlyCommands.MAX_PER_SUBJECT; i++) {
      begun.add(begin(subject, REPLAY));
    }
    return begun;
  }

  @Test
  void begin_maximumOfSubjectInProgress_refusesFurtherReplaysOnly() throws Exception {
    List<CommandExecution> begun = beginMaximum("ada");
    assertThatThrownBy(() -> begin("ada", REPLAY))
        .isInstanceOfSatisfying(
            CommandException.class,
            refusal ->
                assertThat(refusal.toMessage().toMap())
                    .containsEntry("code", "RATE_LIMITED")
                    .containsEntry("id", "s")
                    .containsEntry(
                        "message",
                        "Rate limit exceeded: too many subscriptions with since in progress")
                    .containsEntry("retry_after", 1L));
    begin("ada", LIVE);
    begin("ada", HISTORY);
    begin("bob", REPLAY);

    assertThat(begun.get(0).runSlice()).isEqualTo(SendResult.QUEUED);
    begun.get(0).close();
    begin("ada", REPLAY);
    assertThatThrownBy(() -> begin("ada", REPLAY)).isInstanceOf(CommandException.class);
  }

  @Test
  void begin_maximumInAllInProgress_refusesNewSubject() throws Exception {
    int subjects = CostlyCommands.MAX_TOTAL / CostlyCommands.MAX_PER_SUBJECT;
    List<CommandExecution> begun = new ArrayList<>();
    for (int i = 0; i < subjects; i++) {
      begun.addAll(beginMaximum("subject " + i));
    }
    assertThatThrownBy(() -> begin("ada", REPLAY)).isInstanceOf(CommandException.class);
    begun.forEach(CommandExecution::close);
    begin("ada", REPLAY);
    assertThat(hub.stats().feeds()).as("no slice ran").isZero();
  }
}
