package io.greenlang.metrics.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage.ErrorCode;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.AbstractThrowableAssert;

/** Reads commands from JSON with single quotes, which are easier to read in tests. */
final class SampleCommands {

  private SampleCommands() {}

  static Command read(String json) throws MalformedMessageException, CommandException {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return CommandParser.parse(MessageCodec.of(Encoding.JSON).decode(bytes));
  }

  /** Returns a subscription to system.metrics with further fields in its data. */
  static Command.Subscribe subscribe(String extraData)
      throws MalformedMessageException, CommandException {
    return (Command.Subscribe) read(subscription(extraData));
  }

  static String subscription(String extraData) {
    return "{'type':'subscribe','id':'a-1','data':{'channels':['system.metrics'],"
        + extraData
        + "}}";
  }

  /** Asserts that a command is rejected with this code, the command's id, and this message. */
  static void assertError(String json, ErrorCode code, String message) {
    assertThatThrownBy(() -> read(json))
        .as(json.length() > 200 ? json.substring(0, 200) : json)
        .isInstanceOfSatisfying(
            CommandException.class,
            e ->
                assertThat(e.toMessage())
                    .isEqualTo(new ServerMessage.ErrorMessage(code, message, "a-1")));
  }

  static AbstractThrowableAssert<?, ?> assertMalformed(String json) {
    return assertThatThrownBy(() -> read(json)).isInstanceOf(MalformedMessageException.class);
  }
}
