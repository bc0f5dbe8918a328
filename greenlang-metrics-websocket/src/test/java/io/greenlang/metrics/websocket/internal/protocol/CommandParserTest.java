package io.greenlang.metrics.websocket.internal.protocol;

import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.assertError;
import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.assertMalformed;
import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The common fields of all commands, and the simple commands. */
class CommandParserTest {

  private static final String AT_TOP = "{'type':'unsubscribe','id':'a-1','channels':%s}";

  @ParameterizedTest
  @ValueSource(strings = {"", "'type':null", "'type':1", "'type':true", "'type':[]", "'type':{}"})
  void read_typeMissingOrNotString_isMalformed(String type) {
    assertMalformed("{" + type + "}").hasMessage("type is missing or not a text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "[]", "{}", "['a']"})
  void read_idNotString_isMalformed(String id) {
    assertMalformed("{'type':'pong','id':" + id + "}")
        .hasMessage("id is not a text of at most 64 characters");
  }

  @Test
  void read_idOf64Characters_accepted() throws Exception {
    String id = "\u00e9".repeat(64);

    assertThat(read("{'type':'unsubscribe','id':'" + id + "','channels':['*']}"))
        .isEqualTo(new Command.Unsubscribe(List.of(NamePattern.ALL), id));
  }

  @Test
  void read_idOf65Characters_isMalformed() {
    assertMalformed("{'type':'pong','id':'" + "i".repeat(65) + "'}");
  }

  @Test
  void read_idNull_sameAsMissing() throws Exception {
    assertThat(read("{'type':'unsubscribe','id':null,'channels':['*']}"))
        .isEqualTo(new Command.Unsubscribe(List.of(NamePattern.ALL), null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud800", "a\\udc00", "\\udc00\\ud800"})
  void read_idWithUnpairedSurrogate_isMalformed(String id) {
    assertMalformed("{'type':'pong','id':'" + id + "'}");
  }

  @ParameterizedTest
  @EnumSource
  void read_idWithUnusualCharacters_isReturnedInBothEncodings(Encoding encoding) throws Exception {
    String id = "\0\r\n\"\\\u2028\ud83d\udc1f\u202e\uffff";
    Map<String, Object> message = new LinkedHashMap<>(Map.of("type", "dance", "id", id));

    CommandException e =
        catchThrowableOfType(CommandException.class, () -> CommandParser.parse(message));
    byte[] answer = MessageCodec.of(encoding).encode(e.toMessage().toMap());

    assertThat(MessageCodec.of(encoding).decode(answer)).containsEntry("id", id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",'timestamp':1699459200.0", ",'timestamp':'x','data':[[]],'x':{}"})
  void read_pongWithExtraFields_isPong(String extraFields) throws Exception {
    assertThat(read("{'type':'pong'" + extraFields + "}")).isEqualTo(new Command.Pong());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Subscribe", "subscribe ", "get_metrics", "__proto__", "<b>&'"})
  void read_unknownType_errorQuotesIt(String type) {
    Map<String, Object> message = new LinkedHashMap<>(Map.of("type", type, "id", "a-1"));

    assertThat(errorFor(message))
        .isEqualTo(
            new ServerMessage.ErrorMessage(
                ErrorCode.UNKNOWN_TYPE, "Unknown message type: " + type, "a-1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\r\nERROR forged line",
        "\u001b[31mred\u001b[0m",
        "\u202egnp.exe",
        "\u0000\u007f\u0085\u00a0",
        "\ud83d\udc1f fish",
        "\ufeffsubscribe"
      })
  void read_hostileType_errorSanitizesIt(String type) {
    Map<String, Object> message = new LinkedHashMap<>(Map.of("type", type));

    assertThat(errorFor(message).message()).matches("Unknown message type: [\\x20-\\x7e]+");
  }

  @Test
  void read_longType_errorTruncatesItAt64() {
    Map<String, Object> message = new LinkedHashMap<>(Map.of("type", "x".repeat(60_000)));

    assertThat(errorFor(message).message()).isEqualTo("Unknown message type: " + "x".repeat(64));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",'data':null", ",'data':1", ",'data':'x'", ",'data':[]"})
  void read_dataMissingOrNotObject_isMalformed(String data) {
    assertMalformed("{'type':'subscribe'" + data + "}")
        .hasMessage("data is missing or not an object");
    assertMalformed("{'type':'unsubscribe'" + data + "}")
        .hasMessage("data is missing or not an object");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'id':'a-1'}", "{'type':'subscribe','id':'a-1'}"})
  void read_malformedCommandWithId_errorContainsId(String command) {
    MalformedMessageException e =
        catchThrowableOfType(MalformedMessageException.class, () -> read(command));

    assertThat(ServerMessage.ErrorMessage.malformed(e).id()).isEqualTo("a-1");
  }

  @Test
  void read_unsubscribeChannelsInBothPlaces_prefersTopLevel() throws Exception {
    assertThat(read("{'type':'unsubscribe','channels':['a'],'data':{'channels':['b']}}"))
        .isEqualTo(new Command.Unsubscribe(List.of(NamePattern.parse("a")), null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'a'", "{}", "[]", "7", "true"})
  void read_unsubscribeChannelsNotList_rejected(String channels) {
    assertError(
        AT_TOP.formatted(channels),
        ErrorCode.BAD_SUBSCRIPTION,
        "Subscription error: channels must be a list of 1 to 128");
  }

  @Test
  void read_unsubscribeInvalidChannelName_rejectedAsUnknown() {
    assertError(
        AT_TOP.formatted("['a','b c']"),
        ErrorCode.UNKNOWN_CHANNEL,
        "Invalid subscription: unknown channel");
  }

  private static ServerMessage.ErrorMessage errorFor(Map<String, Object> message) {
    CommandException rejection =
        catchThrowableOfType(CommandException.class, () -> CommandParser.parse(message));
    return (ServerMessage.ErrorMessage) rejection.toMessage();
  }
}
