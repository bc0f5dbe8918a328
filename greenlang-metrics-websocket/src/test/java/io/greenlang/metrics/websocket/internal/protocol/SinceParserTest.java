package io.greenlang.metrics.websocket.internal.protocol;

import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.assertError;
import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.subscribe;
import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.subscription;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage.ErrorCode;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The field {@code since} of a subscription: positions and times. */
class SinceParserTest {

  private static void assertRejected(String extraData, String detail) {
    assertError(
        subscription(extraData), ErrorCode.BAD_SUBSCRIPTION, "Subscription error: " + detail);
  }

  @Test
  void read_sincePosition_resumesChannelFromIt() throws Exception {
    Command.Subscribe command =
        subscribe("'resume':true,'since':{'system.metrics':{'epoch':'a','offset':1.0}}");

    assertThat(command.resume()).isTrue();
    assertThat(command.since()).isEqualTo(Map.of("system.metrics", new StreamPosition("a", 1)));
    assertThat(command.from()).isNull();
  }

  @Test
  void read_sinceTimeWithUtcOffset_isSameInstant() throws Exception {
    assertThat(subscribe("'since':'2025-11-08T13:00:00.5+01:00'").from())
        .isEqualTo(Instant.parse("2025-11-08T12:00:00.500Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-11-08T12:00:00",
        "2025-11-08 12:00:00.000000",
        "2025-11-08T13:00:00+0100",
        "2025-11-08T13:00:00+01",
        "20251108T120000Z",
        "2025-11-08T12:00:00,0Z",
        "2025-11-08t12:00:00z"
      })
  void read_sinceTimeOfAnyClient_isSameInstant(String since) throws Exception {
    assertThat(subscribe("'since':'" + since + "'").from())
        .isEqualTo(Instant.parse("2025-11-08T12:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "true", "[]"})
  void read_sinceNotText_rejected(String since) {
    assertRejected("'since':" + since, "since must be a time such as 2025-11-08T12:00:00Z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yesterday|it has a character that no time has",
        "2025-11-08|the time of day is missing: \"2025-11-08\"",
        "``|the year does not have 4 digits: \"\"",
        "+999999999-01-01T00:00:00Z|the year does not have 4 digits: \"+999999999-01-01T00:00:00Z\"",
        "-0001-01-01T00:00:00Z|the year does not have 4 digits: \"-0001-01-01T00:00:00Z\"",
        "2025-11-08T25:00:00Z|the hour is not from 0 to 24: \"2025-11-08T25:00:00Z\""
      })
  void read_sinceNotTime_rejectedWithReason(String since, String reason) {
    assertRejected(
        "'since':'" + since + "'",
        "since must be a time such as 2025-11-08T12:00:00Z, but " + reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':1}",
        "{'a':null}",
        "{'a':{}}",
        "{'a':{'epoch':'e'}}",
        "{'a':{'offset':1}}",
        "{'a':{'epoch':1,'offset':1}}",
        "{'a':{'epoch':'e','offset':-1}}",
        "{'a':{'epoch':'e','offset':1.5}}",
        "{'a':{'epoch':'e','offset':'1'}}",
        "{'a':{'epoch':'e','offset':99999999999999999999}}"
      })
  void read_sinceNotPosition_rejected(String since) {
    assertRejected(
        "'since':" + since, "since must be a time, or an epoch and an offset for each channel");
  }
}
