package io.greenlang.metrics.testkit.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.OutcomeTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The cases of the published Autobahn|Testsuite list for WebSocket servers, with inputs and a
 * driver of our own. The name of a test begins with the number of its case. Sections 12 and 13 are
 * missing because this server never negotiates compression.
 *
 * <p>The published cases expect an echo, and this server parses commands. A message of a case is
 * therefore an {@link EchoCommand}, whose answer carries its id, or a text that is not a command.
 *
 * <p>An outcome lists the frames of the server in order:
 *
 * <ul>
 *   <li>{@code echo}: the answer to an {@link EchoCommand}, with the same id.
 *   <li>{@code MALFORMED} or another code: an error with that code.
 *   <li>{@code pong}: a pong with the payload of the next ping that is not answered yet.
 *   <li>{@code close 1002}: a close frame with that code, and nothing after it.
 *   <li>{@code ends}: the connection ends without a close frame.
 *   <li>{@code no frame}: the connection ends with bytes that are not a frame of a server.
 *   <li>{@code quiet}: no frame, and the connection still answers pings.
 *   <li>{@code no response}: the server waits for the rest of a frame, while others are served.
 *   <li>{@code 10 x pong}: ten equal frames in a row.
 *   <li>{@code late: close 1007}: that outcome, but only after the server received the rest of a
 *       message whose first part is already invalid.
 *   <li>{@code echo, close 1002|close 1002}: either of the two.
 * </ul>
 *
 * <p>An outcome that ends with neither {@code close} nor {@code ends} implies that the connection
 * then answers a ping and performs the closing handshake with code 1000.
 */
public interface ConformanceContract extends ContractPart {

  /** The prefix of an outcome that the server shows only after the rest of the message. */
  String LATE = "late: ";

  /** The outcome of a case that the server neither answers nor rejects. */
  String QUIET = "quiet";

  /** The outcome of bytes that are not a frame of a server, at the end of a connection. */
  String NO_FRAME = "no frame";

  /**
   * The column of the server under test in the table of docs/reference/container-differences.md.
   */
  default String conformanceColumn() {
    return "own port";
  }

  @TestFactory
  default Stream<DynamicTest> framing_publishedCases_haveExpectedOutcomes() {
    return section("1", MessageCases.cases());
  }

  @TestFactory
  default Stream<DynamicTest> pings_publishedCases_haveExpectedOutcomes() {
    return section("2", ControlCases.cases());
  }

  @TestFactory
  default Stream<DynamicTest> reservedBits_publishedCases_haveExpectedOutcomes() {
    return section("3", HeaderCases.cases());
  }

  @TestFactory
  default Stream<DynamicTest> opcodes_publishedCases_haveExpectedOutcomes() {
    return section("4", HeaderCases.cases());
  }

  @TestFactory
  default Stream<DynamicTest> fragmentation_publishedCases_haveExpectedOutcomes() {
    return section("5", FragmentationCases.cases());
  }

  @TestFactory
  default Stream<DynamicTest> utf8_publishedCases_haveExpectedOutcomes() {
    return section("6", Utf8Cases.cases());
  }

  @TestFactory
  default Stream<DynamicTest> closing_publishedCases_haveExpectedOutcomes() {
    return section("7", CloseCases.cases());
  }

  @TestFactory
  default Stream<DynamicTest> limits_publishedCases_haveExpectedOutcomes() {
    return section("9", LimitCases.cases());
  }

  @TestFactory
  default Stream<DynamicTest> autoFragmentation_publishedCases_haveExpectedOutcomes() {
    return section("10", LimitCases.cases());
  }

  /** Each documented difference must belong to a case, be a difference, and have a reason. */
  @Test
  default void conformanceTable_everyRow_isDifferenceWithReason() {
    Map<String, String> strictOutcomes = new HashMap<>();
    cases().forEach(each -> strictOutcomes.put(each.id(), each.outcome()));
    OutcomeTable table = OutcomeTable.readConformance();
    for (List<String> row : table.rows()) {
      for (String id : ids(row)) {
        assertThat(row.get(1)).as("strict outcome of " + id).isEqualTo(strictOutcomes.get(id));
      }
      int last = row.size() - 1;
      assertThat(row.get(last)).as("reason of %s", row).isNotEmpty();
      assertThat(row.subList(2, last)).as("outcomes of %s", row).doesNotContain(row.get(1));
      assertThat(String.join("", row.subList(2, last))).as("outcomes of %s", row).isNotEmpty();
    }
  }

  private Stream<DynamicTest> section(String section, Stream<ConformanceCase> cases) {
    fixture().serve();
    Map<String, String> overrides = overrides();
    return cases
        .filter(each -> each.section().equals(section))
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.id() + " " + each.description(),
                    () -> run(each, overrides.getOrDefault(each.id(), each.outcome()))));
  }

  private void run(ConformanceCase each, String expected) {
    try (RawWebSocket client = connect()) {
      String outcome = new ConformanceDriver(each, client, this::connect, expected).run();
      assertThat(outcome)
          .as("%s %s", each.id(), each.description())
          .matches(ConnectionOutcome.pattern(expected));
    }
  }

  private RawWebSocket connect() {
    RawWebSocket client = RawWebSocket.open(fixture().server().url());
    client.nextMessage("welcome");
    return client;
  }

  private Map<String, String> overrides() {
    OutcomeTable table = OutcomeTable.readConformance();
    Map<String, String> byCase = new HashMap<>();
    table
        .outcomesOf(conformanceColumn())
        .forEach((ids, outcome) -> ids(List.of(ids)).forEach(id -> byCase.put(id, outcome)));
    return byCase;
  }

  private static List<String> ids(List<String> row) {
    return Arrays.asList(Objects.requireNonNull(row.get(0)).split(", "));
  }

  private static Stream<ConformanceCase> cases() {
    return Stream.of(
            MessageCases.cases(),
            ControlCases.cases(),
            HeaderCases.cases(),
            FragmentationCases.cases(),
            Utf8Cases.cases(),
            CloseCases.cases(),
            LimitCases.cases())
        .flatMap(part -> part);
  }
}
