package io.greenlang.metrics.websocket.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The clients' commands, in both encodings. Those with {@code spec} in their name are the product
 * page's own examples, letter by letter.
 */
class GoldenCommandsTest {

  private static final NamePattern SYSTEM = NamePattern.of("system.metrics");
  private static final NamePattern WORKFLOWS = NamePattern.of("workflow.*");

  private static final Map<String, Command> AGGREGATED =
      Map.of(
          "command-subscribe-spec",
          new Command.Subscribe(
              List.of(SYSTEM, NamePattern.of("workflow.metrics")),
              TagFilter.of(Map.of("env", List.of("production"))),
              new TreeSet<>(Set.of(NamePattern.ALL)),
              Interval.FIVE_SECONDS,
              null,
              Format.METRIC,
              Encoding.MESSAGEPACK,
              false,
              null),
          "command-subscribe-spec-interval",
          new Command.Subscribe(
              List.of(SYSTEM),
              TagFilter.ALL,
              new TreeSet<>(Set.of(NamePattern.ALL)),
              Interval.ONE_MINUTE,
              null,
              Format.METRIC,
              Encoding.JSON,
              false,
              null));

  private static final Map<String, Command> COMMANDS =
      Map.of(
          "command-subscribe-all",
          new Command.Subscribe(
              List.of(SYSTEM, WORKFLOWS),
              TagFilter.of(Map.of("env", List.of("production"), "region", List.of("us", "eu"))),
              new TreeSet<>(Set.of(NamePattern.of("cpu.percent"), NamePattern.of("memory.*"))),
              Interval.ONE_HOUR,
              new TreeSet<>(Set.of("env", "region")),
              Format.SNAPSHOT,
              Encoding.MESSAGEPACK,
              true,
              "a-1"),
          "command-subscribe-batch",
          subscribe(NamePattern.ALL, TagFilter.ALL, Format.BATCH, Encoding.JSON),
          "command-subscribe-spec-tags",
          subscribe(
              SYSTEM,
              TagFilter.of(Map.of("env", List.of("production"), "region", List.of("us-east-1"))),
              Format.METRIC,
              Encoding.JSON),
          "command-subscribe-spec-compression",
          subscribe(SYSTEM, TagFilter.ALL, Format.METRIC, Encoding.MESSAGEPACK),
          "command-unsubscribe-spec",
          new Command.Unsubscribe(List.of(SYSTEM), null),
          "command-unsubscribe-data",
          new Command.Unsubscribe(List.of(SYSTEM, WORKFLOWS), "b"),
          "command-refresh-token",
          new Command.RefreshToken(
              "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLWlkIn0.c2lnbmF0dXJl", "a-1"),
          "command-pong",
          new Command.Pong(),
          "command-pong-spec",
          new Command.Pong());

  /** Understood, and not served by this server. */
  private static final Map<String, ErrorCode> REFUSED =
      Map.of("command-get-history-spec", ErrorCode.HISTORY_UNAVAILABLE);

  static Stream<String> commands() {
    return COMMANDS.keySet().stream();
  }

  static Stream<String> aggregated() {
    return AGGREGATED.keySet().stream();
  }

  static Stream<String> refused() {
    return REFUSED.keySet().stream();
  }

  private static Command subscribe(
      NamePattern channel, TagFilter tags, Format format, Encoding encoding) {
    return new Command.Subscribe(
        List.of(channel),
        tags,
        new TreeSet<>(Set.of(NamePattern.ALL)),
        null,
        null,
        format,
        encoding,
        false,
        null);
  }

  private static Command read(String name, Encoding encoding) throws Exception {
    return CommandReader.read(MessageCodec.of(encoding).decode(Golden.read(name, encoding)));
  }

  @BeforeAll
  static void update() throws Exception {
    Golden.updateIfAsked();
  }

  @ParameterizedTest
  @MethodSource("aggregated")
  void read_specsAggregation_eitherEncoding_isTheSameCommand(String name) throws Exception {
    assertThat(read(name, Encoding.JSON)).isEqualTo(AGGREGATED.get(name));
    assertThat(read(name, Encoding.MESSAGEPACK)).isEqualTo(AGGREGATED.get(name));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void read_eitherEncoding_isTheSameCommand(String name) throws Exception {
    assertThat(read(name, Encoding.JSON)).isEqualTo(COMMANDS.get(name));
    assertThat(read(name, Encoding.MESSAGEPACK)).isEqualTo(COMMANDS.get(name));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void read_notServed_isTheSameErrorInEitherEncoding(String name) {
    Throwable json = catchThrowable(() -> read(name, Encoding.JSON));
    Throwable packed = catchThrowable(() -> read(name, Encoding.MESSAGEPACK));

    assertThat(json).isInstanceOf(CommandException.class).hasMessage(packed.getMessage());
    assertThat(((CommandException) json).toMessage().code()).isEqualTo(REFUSED.get(name));
  }

  @Test
  void files_allCommands_areTested() {
    assertThat(Golden.names("command-"))
        .hasSize(COMMANDS.size() + AGGREGATED.size() + REFUSED.size());
  }
}
