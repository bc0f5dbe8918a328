package io.greenlang.metrics.websocket.internal.protocol;

import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.assertError;
import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.websocket.internal.protocol.ServerMessage.ErrorCode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests for history: valid and invalid fields. */
class GetHistoryParserTest {

  private static String request(String extraData) {
    return "{'type':'get_history','id':'a-1','data':{'channel':'system.metrics',"
        + "'start_time':'2025-11-08T12:00:00Z'"
        + extraData
        + "}}";
  }

  private static void assertRejected(String extraData, String detail) {
    assertError(request(extraData), ErrorCode.BAD_HISTORY, "History error: " + detail);
  }

  @Test
  void read_startMissing_rejected() {
    assertError(
        "{'type':'get_history','id':'a-1','data':{'channel':'system.metrics'}}",
        ErrorCode.BAD_HISTORY,
        "History error: start_time is missing");
  }

  @Test
  void read_endBeforeStart_rejected() {
    assertRejected(
        ",'end_time':'2025-11-08T11:59:59.999Z'", "end_time must not be before start_time");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "10001", "2147483648", "1.5", "'7'", "[]"})
  void read_invalidLimit_rejected(String limit) {
    assertRejected(",'limit':" + limit, "limit must be from 1 to 10000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"''", "'a'", "'1.2'", "'1.2.3.4'", "'-.0.0'", "7", "'zzzzzzzzzzzzz.0.0'"})
  void read_invalidCursor_rejected(String cursor) {
    assertRejected(",'cursor':" + cursor, "cursor must be that of an earlier answer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'aggregation_interval':'2s'|aggregation_interval must be 1s, 5s, 1m, 5m, 1h or 1d",
        "'tags':7|tags must be an object",
        "'end_time':7|end_time must be a time such as 2025-11-08T12:00:00Z",
        "'end_time':'soon'|end_time must be a time such as 2025-11-08T12:00:00Z, but it has a character that no time has"
      })
  void read_otherInvalidField_rejectedAsHistoryError(String field, String detail) {
    assertRejected("," + field, detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "null", "['system.metrics']"})
  void read_channelNotString_rejected(String channel) {
    assertError(
        "{'type':'get_history','id':'a-1','data':{'channel':" + channel + "}}",
        ErrorCode.BAD_HISTORY,
        "History error: channel must be the name of one channel");
  }

  @Test
  void read_invalidChannelName_rejectedAsUnknown() {
    assertError(
        "{'type':'get_history','id':'a-1','data':{'channel':'a b'}}",
        ErrorCode.UNKNOWN_CHANNEL,
        "Invalid subscription: unknown channel");
  }

  @Test
  void read_timesWithoutOffset_areUtc() throws Exception {
    Command.GetHistory command =
        (Command.GetHistory)
            read(
                "{'type':'get_history','data':{'channel':'system.metrics','start_time':"
                    + "'2025-11-08T12:00:00.123456','end_time':'2025-11-08T24:00:00'}}");

    assertThat(command.from()).isEqualTo(Instant.parse("2025-11-08T12:00:00.123456Z"));
    assertThat(command.to()).isEqualTo(Instant.parse("2025-11-09T00:00:00Z"));
  }

  @Test
  void read_oneDayWindows_accepted() throws Exception {
    assertThat(read(request(",'aggregation_interval':'1d'")))
        .isInstanceOf(Command.GetHistory.class);
  }
}
