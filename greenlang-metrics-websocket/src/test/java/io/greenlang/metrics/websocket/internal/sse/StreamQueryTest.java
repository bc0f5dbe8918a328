package io.greenlang.metrics.websocket.internal.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.internal.sse.StreamQuery.InvalidQueryException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamQueryTest {

  private static final List<Channel> CHANNELS =
      List.of(new Channel("system.metrics"), new Channel("jvm.metrics"));

  @Test
  void read_allParameters_becomesCommand() throws InvalidQueryException {
    String command =
        command(
            "channels=system.*,jvm.metrics&channels=x&tags=a%5C:b:c%5C,d,env:x&tags=env:y:z"
                + "&metrics=cpu.*&aggregation_interval=5s&group_by=env&quantiles=0.5,0.99"
                + "&format=metric&batch=true&latest=false&metadata=true&buckets=true"
                + "&since=2025-11-08T12:00:00Z&unknown=1&token=t");
    assertThat(command)
        .isEqualTo(
            "{\"type\":\"subscribe\",\"data\":{"
                + "\"channels\":[\"system.*\",\"jvm.metrics\",\"x\"],\"metrics\":[\"cpu.*\"],"
                + "\"quantiles\":[0.5,0.99],\"group_by\":[\"env\"],"
                + "\"tags\":{\"a:b\":[\"c,d\"],\"env\":[\"x\",\"y:z\"]},"
                + "\"metadata\":true,\"latest\":false,\"batch\":true,\"buckets\":true,"
                + "\"aggregation_interval\":\"5s\",\"format\":\"metric\",\"resume\":true,"
                + "\"since\":\"2025-11-08T12:00:00Z\"}}");
  }

  @Test
  void read_emptyGroupBy_mergesAllSeries() throws InvalidQueryException {
    assertThat(command("channels=a&aggregation_interval=1s&group_by=")).contains("\"group_by\":[]");
  }

  @Test
  void read_position_replacesSince() throws InvalidQueryException {
    StreamChannel channel =
        new StreamChannel("jvm.metrics", new ChannelPosition("e", 9, 1, true), true);
    String token = PositionToken.encode(List.of(channel), null);
    assertThat(command("channels=jvm.*&since=2025-11-08T12:00:00Z&last_event_id=" + token))
        .contains("\"since\":{\"jvm.metrics\":{")
        .contains("\"offset\":8")
        .doesNotContain("2025");
  }

  @Test
  void read_positionsByChannel_becomeSince() throws InvalidQueryException {
    assertThat(command("channels=a,b&positions=a:e%5C:1.5s:7,other:e:3&positions=b:f:0&since=2025"))
        .contains("\"since\":{\"a\":{")
        .contains("\"epoch\":\"e:1.5s\"")
        .contains("\"offset\":7")
        .contains("\"offset\":0")
        .doesNotContain("other")
        .doesNotContain("2025");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a:e", "a:e:x", "a:e:1:2", "a:e:-1", "a:e:1234567890123456789"})
  void read_malformedPositions_areRejected(String positions) {
    assertThatThrownBy(() -> command("channels=a&positions=" + positions))
        .isInstanceOf(InvalidQueryException.class)
        .hasMessage("Subscription error: positions must be a list of channel:epoch:offset");
  }

  @Test
  void read_idOfOtherChannels_keepsPositionsOfThose() throws InvalidQueryException {
    StreamChannel first = new StreamChannel("a", new ChannelPosition("e", 4), true);
    StreamChannel second = new StreamChannel("b", new ChannelPosition("e", 9, 2, false), true);
    HttpCall call =
        HttpCall.of(
            "GET",
            "channels=b,c&last_event_id=" + PositionToken.encode(List.of(first, second), null),
            Map.of(),
            null);
    assertThat(StreamQuery.read(call, CHANNELS, Map.of()).resumed())
        .containsExactly(Map.entry("b", new ChannelPosition("e", 9, 2, false)));
  }

  @Test
  void read_repeatedText_isRejected() {
    assertThatThrownBy(() -> command("channels=a&format=metric&format=snapshot"))
        .isInstanceOf(InvalidQueryException.class)
        .hasMessage("Subscription error: format must not be repeated");
  }

  private static String command(String query) throws InvalidQueryException {
    HttpCall call = HttpCall.of("GET", query, Map.of(), null);
    return new String(StreamQuery.read(call, CHANNELS, Map.of()).command(), StandardCharsets.UTF_8);
  }
}
