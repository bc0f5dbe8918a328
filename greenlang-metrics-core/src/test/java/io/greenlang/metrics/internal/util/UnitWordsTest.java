package io.greenlang.metrics.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitWordsTest {

  @ParameterizedTest
  @CsvSource({
    "nanoseconds,ns",
    "microseconds,us",
    "milliseconds,ms",
    "seconds,s",
    "minutes,min",
    "hours,h",
    "days,d",
    "bits,bit",
    "bytes,By",
    "kilobytes,kBy",
    "megabytes,MBy",
    "gigabytes,GBy",
    "kibibytes,KiBy",
    "mebibytes,MiBy",
    "gibibytes,GiBy",
    "ratio,1",
    "percent,%",
    "hertz,Hz",
    "celsius,Cel",
    "meters,m",
    "grams,g",
    "joules,J",
    "watts,W",
    "volts,V",
    "amperes,A"
  })
  void find_word_isUnitOfUcum(String word, String unit) {
    assertThat(UnitWords.find(word)).isEqualTo(unit);
    assertThat(UnitWords.ofDeclared(word)).isEqualTo(unit);
    assertThat(MetricDescription.of("a.metrics", "x", unit, null).unit()).isEqualTo(unit);
  }

  /** The endings of names, which no library declares as units. */
  @ParameterizedTest
  @ValueSource(strings = {"", "second", "threads", "SECONDS", "ms", "By"})
  void find_otherWord_isNoUnit(String word) {
    assertThat(UnitWords.find(word)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes,By",
    "BYTES,By",
    "ms,ms",
    "milliseconds,ms",
    "second,s",
    "percent,%",
    "threads,{thread}",
    "classes,{class}",
    "buffers,{buffer}",
    "entries,{entry}",
    "processes,{process}",
    "cpus,{cpu}",
    "series,{series}",
    "status,{status}",
    "statuses,{status}",
    "cookies,{cookie}",
    "caches,{cache}",
    "indices,{index}",
    "By/s,By/s",
    "{request},{request}",
    "1,1"
  })
  void ofDeclared_text_isUnitOfUcum(String text, String unit) {
    assertThat(UnitWords.ofDeclared(text)).isEqualTo(unit);
  }

  @Test
  void ofDeclared_longNoun_isNoUnitOfADescription() {
    Channel channel = new Channel("a.metrics");
    String longest = "n".repeat(60);
    assertThat(MetricDescription.of("a.metrics", "x", UnitWords.ofDeclared(longest), null).unit())
        .isEqualTo("{" + longest + "}");
    String longer = UnitWords.ofDeclared("n".repeat(64));
    assertThat(MetricDescription.imported(channel, "x", longer, null)).isNull();
  }
}
