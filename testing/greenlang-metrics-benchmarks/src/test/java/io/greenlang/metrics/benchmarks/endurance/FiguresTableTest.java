package io.greenlang.metrics.benchmarks.endurance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.benchmarks.endurance.FiguresTable.Bound;
import io.greenlang.metrics.benchmarks.endurance.FiguresTable.Column;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiguresTableTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final FiguresTable table =
      new FiguresTable(
          new PrintStream(printed, true, StandardCharsets.UTF_8),
          List.of(
              new Column("heap MiB", Bound.growth(50)),
              new Column("p99 ms", Bound.max(5)),
              new Column("rate", Bound.min(100)),
              new Column("queued", Bound.none())));

  private static Map<String, Double> figures(double heap, double p99, double rate) {
    return Map.of("heap MiB", heap, "p99 ms", p99, "rate", rate, "queued", 1e6);
  }

  @Test
  void printChecked_figuresAtBounds_hasNoViolation() {
    table.printBaseline("1 s", "one", figures(20, 9, 0));
    table.printChecked("2 s", "one", figures(70, 5, 100));
    assertThat(table.violations()).isEmpty();
  }

  @Test
  void printChecked_figuresOutOfBounds_describesEach() {
    table.printBaseline("1 s", "one", figures(20, 1, 100));
    table.printChecked("2 s", "one", figures(70.5, 5.25, 99));
    assertThat(table.violations())
        .containsExactly(
            "after 2 s, \"heap MiB\" of server one is 70.50; the limit is at most 20 + 50",
            "after 2 s, \"p99 ms\" of server one is 5.25; the limit is at most 5",
            "after 2 s, \"rate\" of server one is 99; the limit is at least 100");
  }

  @Test
  void printChecked_severalServers_comparesEachWithItsBaseline() {
    table.printBaseline("1 s", "one", figures(20, 1, 100));
    table.printBaseline("1 s", "two", figures(200, 1, 100));
    table.printChecked("2 s", "two", figures(250, 1, 100));
    assertThat(table.violations()).isEmpty();
    table.printChecked("2 s", "one", figures(250, 1, 100));
    assertThat(table.violations()).hasSize(1);
  }

  @Test
  void print_figuresOutOfBounds_isNotChecked() {
    table.print("start", "one", figures(20, 100, 0));
    assertThat(table.violations()).isEmpty();
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "after          server  heap MiB  p99 ms  rate  queued",
            "start          one           20     100     0  1000000");
  }

  @Test
  void printChecked_noBaseline_throws() {
    assertThatThrownBy(() -> table.printChecked("1 s", "one", figures(1, 1, 100)))
        .hasMessage("no baseline of server one");
  }

  @Test
  void parse_lineOfServer_returnsFigures() {
    assertThat(ServerFigures.parse("heap MiB=1.5;threads=20;"))
        .containsExactly(Map.entry("heap MiB", 1.5), Map.entry("threads", 20.0));
    assertThatThrownBy(() -> ServerFigures.parse("Exception in thread"))
        .hasMessage("expected figures, but the server printed: Exception in thread");
  }

  @Test
  void label_shortAndLongTimes_hasUnit() {
    assertThat(FiguresTable.label(90)).isEqualTo("90 s");
    assertThat(FiguresTable.label(330)).isEqualTo("5.5 min");
  }
}
