package io.greenlang.metrics.testkit.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class AttackSizeTest {

  @Test
  void isFull_full_isTrueAndEmptyIsNot() {
    assertThat(AttackSize.isFull("full")).isTrue();
    assertThat(AttackSize.isFull("")).isFalse();
  }

  /** Otherwise a misspelled value would run the small sizes, and report them as the full ones. */
  @Test
  void isFull_anotherValue_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AttackSize.isFull("FULL"))
        .withMessage("HOSTILE=FULL must be full or empty");
  }
}
