package io.greenlang.metrics.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {

  @ParameterizedTest
  @CsvSource({
    "*,*,*",
    "*,cpu.*,cpu.*",
    "cpu.*,cpu.core.*,cpu.core.*",
    "cpu.*,cpu.percent,cpu.percent",
    "cpu.percent,cpu.percent,cpu.percent",
    "cpu.*,cpu,",
    "cpu.*,cpuset.*,",
    "cpu.*,memory.*,",
    "cpu.percent,cpu.idle,"
  })
  void intersect_twoPatterns_isTheNarrowerOrNull(String one, String other, String expected) {
    NamePattern first = NamePattern.parse(one);
    NamePattern second = NamePattern.parse(other);
    NamePattern both = expected == null ? null : NamePattern.parse(expected);
    assertThat(first.intersect(second)).isEqualTo(both);
    assertThat(second.intersect(first)).isEqualTo(both);
  }

  @Test
  void intersect_everyPair_matchesTheNamesOfBoth() {
    String[] patterns = {"*", "a.*", "a.b", "a.b.*", "a", "b.*", "b"};
    String[] names = {"a", "b", "a.b", "a.c", "a.b.c", "b.a", "ab"};
    for (String one : patterns) {
      for (String other : patterns) {
        NamePattern first = NamePattern.parse(one);
        NamePattern second = NamePattern.parse(other);
        NamePattern both = first.intersect(second);
        assertThat(Stream.of(names).filter(name -> both != null && both.matches(name)).toList())
            .as("%s and %s", one, other)
            .isEqualTo(
                Stream.of(names)
                    .filter(name -> first.matches(name) && second.matches(name))
                    .toList());
      }
    }
  }
}
