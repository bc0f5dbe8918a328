package io.greenlang.metrics.redis.checker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker can find what it looks for. */
class VerdictTest {

  private final List<String> violations = new ArrayList<>();
  private final Verdict verdict = new Verdict("client", series -> 100, violations);

  @BeforeEach
  void begin() {
    verdict.subscribed("e", 10, false);
    verdict.value("a", 1, 11, false);
    verdict.value("b", 7, 12, false);
    verdict.value("a", 2, 13, false);
    assertThat(violations).isEmpty();
  }

  @Test
  void value_inOrder_isFine() {
    verdict.value("b", 8, 14, false);
    assertThat(violations).isEmpty();
  }

  @Test
  void value_leftOut_isAHole() {
    verdict.value("a", 4, 14, false);
    assertThat(violations).singleElement().asString().contains("a hole that nobody announced: a 4");
  }

  @Test
  void value_leftOut_afterALag_isFine_forEachSeriesOnce() {
    verdict.lagged(null, 0);
    verdict.value("a", 9, 15, false);
    verdict.value("b", 20, 16, false);
    assertThat(violations).isEmpty();

    verdict.value("a", 11, 17, false);
    assertThat(violations).hasSize(1);
  }

  @Test
  void value_twice_isFound_unlessMarked() {
    verdict.value("a", 2, 13, true);
    assertThat(violations).isEmpty();

    verdict.value("a", 2, 13, false);
    assertThat(violations).singleElement().asString().contains("again, and not marked: a 2");
  }

  @Test
  void value_ofALowerOffset_isOutOfOrder_unlessNumbersBeganAnew() {
    verdict.value("a", 3, 9, false);
    assertThat(violations).singleElement().asString().contains("out of order");

    verdict.lagged("other", 3);
    verdict.value("a", 4, 4, false);
    assertThat(violations).hasSize(1);
  }

  @Test
  void value_thatNobodyPublished_isInvented() {
    verdict.lagged(null, 0);
    verdict.value("a", 101, 14, false);
    assertThat(violations).singleElement().asString().contains("invented: a 101");
  }

  @Test
  void subscribed_recovered_goesOnBehindTheLast() {
    verdict.subscribed("e", 13, true);
    verdict.value("a", 4, 15, true);
    assertThat(violations).singleElement().asString().contains("a hole");
  }

  @Test
  void subscribed_notRecovered_isABreak() {
    verdict.subscribed("f", 0, false);
    verdict.value("a", 50, 1, false);
    assertThat(violations).isEmpty();
    assertThat(verdict.place()).isEqualTo("{\"epoch\":\"f\",\"offset\":1}");
  }
}
