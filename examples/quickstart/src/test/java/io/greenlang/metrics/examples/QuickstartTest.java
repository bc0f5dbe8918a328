package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuickstartTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0,         http://localhost:8000/",
    "::,              http://localhost:8000/",
    "0:0:0:0:0:0:0:0, http://localhost:8000/",
    "::1,             http://[::1]:8000/",
    "[::1],           http://[::1]:8000/",
    "127.0.0.1,       http://127.0.0.1:8000/",
    "localhost,       http://localhost:8000/",
  })
  void url_host_canBeOpenedInBrowser(String host, String url) {
    assertThat(Quickstart.url(host, 8000)).isEqualTo(url);
  }

  @ParameterizedTest
  @CsvSource({"on, true", "ON, true", "' on ', true", "off, false", "'', false", "' ', false"})
  void isOn_setting_switchesTheReception(String setting, boolean on) {
    assertThat(OtlpReception.isOn(setting)).isEqualTo(on);
  }

  @Test
  void isOn_anotherSetting_isRejected() {
    assertThatThrownBy(() -> OtlpReception.isOn("yes"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("OTLP=yes must be on or off");
  }
}
