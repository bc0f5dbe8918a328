package io.greenlang.metrics.redis.checker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that the checker detects the violations it looks for. */
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
  void value_inOrder_isAccepted() {
    verdict.value("b", 8, 14, false);
    assertThat(violations).isEmpty();
  }

  @Test
  void value_missing_isUnreportedGap() {
    verdict.value("a", 4, 14, false);
    assertThat(violations).singleElement().asString().contains("unreported gap: a 4");
  }

  @Test
  void value_missingAfterLag_isAcceptedOncePerSeries() {
    verdict.lagged(null, 0);
    verdict.value("a", 9, 15, false);
    verdict.value("b", 20, 16, false);
    assertThat(violations).isEmpty();

    verdict.value("a", 11, 17, false);
    assertThat(violations).hasSize(1);
  }

  @Test
  void value_repeated_isViolationUnlessReplayed() {
    verdict.value("a", 2, 13, true);
    assertThat(violations).isEmpty();

    verdict.value("a", 2, 13, false);
    assertThat(violations)
        .singleElement()
        .asString()
        .contains("repeated, and not marked as replayed: a 2");
  }

  @Test
  void value_lowerOffset_isOutOfOrderUnlessEpochChanged() {
    verdict.value("a", 3, 9, false);
    assertThat(violations).singleElement().asString().contains("out of order");

    verdict.lagged("other", 3);
    verdict.value("a", 4, 4, false);
    assertThat(violations).hasSize(1);
  }

  @Test
  void value_neverPublished_isInvented() {
    verdict.lagged(null, 0);
    verdict.value("a", 101, 14, false);
    assertThat(violations).singleElement().asString().contains("invented: a 101");
  }

  @Test
  void subscribed_recovered_continuesAfterLastValue() {
    verdict.subscribed("e", 13, true);
    verdict.value("a", 4, 15, true);
    assertThat(violations).singleElement().asString().contains("unreported gap");
  }

  @Test
  void subscribed_notRecovered_isGap() {
    verdict.subscribed("f", 0, false);
    verdict.value("a", 50, 1, false);
    assertThat(violations).isEmpty();
    assertThat(verdict.position()).isEqualTo("{\"epoch\":\"f\",\"offset\":1}");
  }
}
