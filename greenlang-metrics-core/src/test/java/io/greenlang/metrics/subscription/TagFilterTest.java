package io.greenlang.metrics.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.greenlang.metrics.Tags;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagFilterTest {

  @Test
  void matches_severalKeys_requiresAllowedValueForEach() {
    TagFilter filter = TagFilter.of(Map.of("env", List.of("p", "s"), "host", List.of("h")));
    assertThat(filter.matches(Tags.of("env", "s", "host", "h", "more", "x"))).isTrue();
    assertThat(filter.matches(Tags.of("env", "x", "host", "h"))).isFalse();
    assertThat(filter.matches(Tags.of("env", "p"))).isFalse();
    assertThat(TagFilter.ALL.matches(Tags.empty())).isTrue();
  }

  @Test
  void and_twoFilters_isIntersection() {
    TagFilter token = TagFilter.of(Map.of("env", List.of("p", "s")));
    TagFilter requested = TagFilter.of(Map.of("env", List.of("s", "x"), "host", List.of("h")));
    TagFilter both = token.intersect(requested);
    assertThat(both).isEqualTo(requested.intersect(token));
    assertThat(both.matches(Tags.of("env", "s", "host", "h"))).isTrue();
    assertThat(both.matches(Tags.of("env", "x", "host", "h"))).isFalse();
    assertThat(both.matches(Tags.of("env", "p", "host", "h"))).isFalse();
  }

  @Test
  void and_contradiction_matchesNothing() {
    TagFilter both =
        TagFilter.of(Map.of("env", List.of("p")))
            .intersect(TagFilter.of(Map.of("env", List.of("s"))));
    assertThat(both.matches(Tags.of("env", "p"))).isFalse();
    assertThat(both.matches(Tags.of("env", "s"))).isFalse();
    assertThat(both.matches(Tags.empty())).isFalse();
  }

  @Test
  void of_sameMeaning_isEqual() {
    assertThat(TagFilter.of(Map.of("a", List.of("1", "2", "1"))))
        .isEqualTo(TagFilter.of(Map.of("a", List.of("2", "1"))));
  }

  @Test
  void of_noValues_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TagFilter.of(Map.of("a", List.of())))
        .withMessage("a tag must have 1 to 16 values");
  }

  @ParameterizedTest
  @CsvSource({
    "cpu.percent, cpu.percent, true",
    "cpu.percent, cpu.percents, false",
    "cpu.*, cpu.percent, true",
    "cpu.*, cpu.a.b, true",
    "cpu.*, cpu, false",
    "cpu.*, cpus.a, false",
    "*, anything, true",
  })
  void pattern_anyForm_matchesAsDocumented(String pattern, String name, boolean expected) {
    assertThat(NamePattern.parse(pattern).matches(name)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a*", "*.a", "a.*.b", "**", "a.**"})
  void pattern_invalid_isRejected(String pattern) {
    assertThatIllegalArgumentException().isThrownBy(() -> NamePattern.parse(pattern));
  }

  @Test
  void narrowestKey_severalKeys_hasFewestValues() {
    TagFilter filter =
        TagFilter.of(
            Map.of("env", Set.of("p", "s"), "host", Set.of("h1"), "zone", Set.of("a", "b")));
    assertThat(filter.mostSelectiveKey()).isEqualTo("host");
    assertThat(filter.values("host")).containsExactly("h1");
    assertThat(filter.values("env")).containsExactly("p", "s");
    assertThat(filter.values("other")).isEmpty();
    assertThat(TagFilter.ALL.mostSelectiveKey()).isNull();
    assertThat(filter.intersect(TagFilter.of(Map.of("env", Set.of("x")))).mostSelectiveKey())
        .isEqualTo("env");
  }
}
