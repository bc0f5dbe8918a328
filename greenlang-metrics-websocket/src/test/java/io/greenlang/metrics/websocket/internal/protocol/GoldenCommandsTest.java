package io.greenlang.metrics.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of clients, in both encodings. The files with {@code spec} in their name are the
 * examples of the product page, verbatim.
 */
class GoldenCommandsTest {

  private static final NamePattern SYSTEM = NamePattern.parse("system.metrics");
  private static final NamePattern WORKFLOWS = NamePattern.parse("workflow.*");

  private static final Map<String, Command> AGGREGATED =
      Map.of(
          "command-subscribe-spec",
          new Command.Subscribe(
              List.of(SYSTEM, NamePattern.parse("workflow.metrics")),
              TagFilter.of(Map.of("env", List.of("production"))),
              new TreeSet<>(Set.of(NamePattern.ALL)),
              Interval.FIVE_SECONDS,
              null,
              Format.METRIC,
              HistogramFields.NONE,
              Encoding.MESSAGEPACK,
              false,
              false,
              false,
              Map.of(),
              null,
              null),
          "command-subscribe-spec-interval",
          new Command.Subscribe(
              List.of(SYSTEM),
              TagFilter.ALL,
              new TreeSet<>(Set.of(NamePattern.ALL)),
              Interval.ONE_MINUTE,
              null,
              Format.METRIC,
              HistogramFields.NONE,
              Encoding.JSON,
              false,
              false,
              false,
              Map.of(),
              null,
              null));

  private static final Map<String, Command> COMMANDS =
      Map.of(
          "command-subscribe-all",
          new Command.Subscribe(
              List.of(SYSTEM, WORKFLOWS),
              TagFilter.of(Map.of("env", List.of("production"), "region", List.of("us", "eu"))),
              new TreeSet<>(
                  Set.of(NamePattern.parse("cpu.percent"), NamePattern.parse("memory.*"))),
              Interval.ONE_HOUR,
              new TreeSet<>(Set.of("env", "region")),
              Format.SNAPSHOT,
              new HistogramFields(new TreeSet<>(Set.of(0.9, 0.999)), true),
              Encoding.MESSAGEPACK,
              false,
              true,
              false,
              Map.of(),
              null,
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
          "command-subscribe-metadata",
          new Command.Subscribe(
              List.of(SYSTEM),
              TagFilter.ALL,
              new TreeSet<>(Set.of(NamePattern.ALL)),
              null,
              null,
              Format.METRIC,
              HistogramFields.NONE,
              Encoding.JSON,
              true,
              true,
              false,
              Map.of(),
              null,
              null),
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

  private static final Map<String, Command> HISTORY =
      Map.of(
          "command-get-history-spec",
          new Command.GetHistory(
              Channel.SYSTEM,
              TagFilter.ALL,
              new TreeSet<>(Set.of(NamePattern.ALL)),
              Instant.parse("2025-11-08T00:00:00Z"),
              Instant.parse("2025-11-08T01:00:00Z"),
              null,
              HistogramFields.NONE,
              false,
              1_000,
              null,
              null),
          "command-get-history-all",
          new Command.GetHistory(
              Channel.SYSTEM,
              TagFilter.of(Map.of("env", List.of("production"))),
              new TreeSet<>(Set.of(NamePattern.parse("cpu.*"))),
              Instant.parse("2025-11-08T00:00:00Z"),
              null,
              Interval.ONE_DAY,
              new HistogramFields(new TreeSet<>(Set.of(0.5)), false),
              false,
              10_000,
              new HistoryCursor(1_762_603_200_000L, 7, 1),
              "a-1"),
          "command-subscribe-since",
          history(
              Map.of(
                  "system.metrics", new StreamPosition("3k9x", 12_345),
                  "workflow.metrics", new StreamPosition("3k9x.5s", 352_521_600)),
              null),
          "command-subscribe-columnar",
          new Command.Subscribe(
              List.of(SYSTEM),
              TagFilter.ALL,
              new TreeSet<>(Set.of(NamePattern.ALL)),
              null,
              null,
              Format.COLUMNAR,
              HistogramFields.NONE,
              Encoding.MESSAGEPACK,
              false,
              false,
              true,
              Map.of(),
              null,
              null),
          "command-subscribe-since-time",
          history(Map.of(), Instant.parse("2025-11-08T12:00:00Z")));

  static Stream<String> commands() {
    return COMMANDS.keySet().stream();
  }

  static Stream<String> aggregated() {
    return AGGREGATED.keySet().stream();
  }

  static Stream<String> history() {
    return HISTORY.keySet().stream();
  }

  private static Command history(Map<String, StreamPosition> since, @Nullable Instant from) {
    return new Command.Subscribe(
        List.of(SYSTEM, NamePattern.parse("workflow.metrics")),
        TagFilter.ALL,
        new TreeSet<>(Set.of(NamePattern.ALL)),
        null,
        null,
        Format.METRIC,
        HistogramFields.NONE,
        Encoding.JSON,
        false,
        true,
        true,
        since,
        from,
        null);
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
        HistogramFields.NONE,
        encoding,
        false,
        false,
        false,
        Map.of(),
        null,
        null);
  }

  private static Command read(String name, Encoding encoding) throws Exception {
    return CommandParser.parse(MessageCodec.of(encoding).decode(GoldenFile.read(name, encoding)));
  }

  @BeforeAll
  static void update() throws Exception {
    GoldenFile.updateIfRequested();
  }

  @ParameterizedTest
  @MethodSource("aggregated")
  void read_aggregationOfSpec_sameCommandInBothEncodings(String name) throws Exception {
    assertThat(read(name, Encoding.JSON)).isEqualTo(AGGREGATED.get(name));
    assertThat(read(name, Encoding.MESSAGEPACK)).isEqualTo(AGGREGATED.get(name));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void read_command_sameInBothEncodings(String name) throws Exception {
    assertThat(read(name, Encoding.JSON)).isEqualTo(COMMANDS.get(name));
    assertThat(read(name, Encoding.MESSAGEPACK)).isEqualTo(COMMANDS.get(name));
  }

  @ParameterizedTest
  @MethodSource("history")
  void read_historyCommand_sameInBothEncodings(String name) throws Exception {
    assertThat(read(name, Encoding.JSON)).isEqualTo(HISTORY.get(name));
    assertThat(read(name, Encoding.MESSAGEPACK)).isEqualTo(HISTORY.get(name));
  }

  @Test
  void files_allCommands_areTested() {
    assertThat(GoldenFile.names("command-"))
        .hasSize(COMMANDS.size() + AGGREGATED.size() + HISTORY.size());
  }
}
