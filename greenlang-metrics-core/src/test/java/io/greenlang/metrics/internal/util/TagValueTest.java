package io.greenlang.metrics.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Tags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagValueTest {

  @Test
  void clean_validText_isReturnedUnchanged() {
    String name = "nightly report \ud83d\udc1f é";
    assertThat(TagValue.sanitize(name)).isSameAs(name);
  }

  @Test
  void clean_controlCharactersAndUnpairedSurrogates_becomeQuestionMarks() {
    assertThat(TagValue.sanitize("a\u0000b\r\n\u007fc\ud83d")).isEqualTo("a?b???c?");
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void clean_tenKilobytes_isTruncatedAndNeverSplitsPairs(int offset) {
    String cut = TagValue.sanitize("x".repeat(offset) + "\ud83d\udc1f".repeat(2_500));
    assertThat(cut.length()).isBetween(Tags.MAX_VALUE_LENGTH - 1, Tags.MAX_VALUE_LENGTH);
    assertThat(Tags.of("name", cut).get("name")).isEqualTo(cut);
  }
}
