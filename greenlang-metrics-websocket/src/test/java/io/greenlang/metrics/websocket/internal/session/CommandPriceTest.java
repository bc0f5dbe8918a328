package io.greenlang.metrics.websocket.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.websocket.internal.protocol.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The prices of commands, without any time in them. */
class CommandPriceTest {

  private static Command.Subscribe subscribe(String fields) throws Exception {
    String json = "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"*\"]" + fields + "}}";
    return (Command.Subscribe) CommandHandlers.parse(json);
  }

  @Test
  void ofSubscription_live_costsNothingExtra() throws Exception {
    assertThat(CommandPrice.ofSubscription(subscribe(""), 128)).isZero();
  }

  @Test
  void ofSubscription_latestOrHistory_costsTokenPerChannel() throws Exception {
    assertThat(CommandPrice.ofSubscription(subscribe(",\"latest\":true"), 3)).isEqualTo(3);
    Command.Subscribe replay = subscribe(",\"since\":\"2026-01-01T00:00:00Z\"");
    assertThat(CommandPrice.startsInHistory(replay)).isTrue();
    assertThat(CommandPrice.ofSubscription(replay, 3)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2500,1", "2501,2", "10000,4"})
  void ofHistoryRequest_limit_isPriceOfFullPage(int limit, int price) {
    assertThat(CommandPrice.ofHistoryRequest(limit)).isEqualTo(price);
    assertThat(CommandPrice.ofHistoryPage(limit, 3, 0)).isEqualTo(price);
  }

  @Test
  void ofHistoryPage_longSearchWithoutResult_costsItsSlices() {
    assertThat(CommandPrice.ofHistoryPage(0, 63, 0)).isZero();
    assertThat(CommandPrice.ofHistoryPage(0, 640, 0)).isEqualTo(10);
  }

  @Test
  void ofHistoryPage_manyPatternsWithoutResult_costsItsComparisons() {
    assertThat(CommandPrice.ofHistoryPage(0, 2, 10 * 10_000L)).isZero();
    assertThat(CommandPrice.ofHistoryPage(0, 2, 128 * 100_000L)).isEqualTo(51);
  }

  @Test
  void ofSeries_ordinaryDashboard_isWithinDefaultBudget() {
    int chart = CommandPrice.ofSeries(2 * 5_000, 0);
    int newWindows = CommandPrice.ofSeries(0, 5_000);
    assertThat(20 * (2 + chart) + 6 * newWindows)
        .as("20 charts with the latest values of 5,000 series, and all intervals new")
        .isLessThan(200);
  }

  @Test
  void ofSeries_hundredThousandSeries_allowsAnOpeningPerSecond() {
    assertThat(CommandPrice.ofSeries(100_000, 0)).isEqualTo(20);
    assertThat(CommandPrice.ofSeries(100_000, 100_000)).isEqualTo(220);
  }
}
