package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuickstartTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0,         localhost:8000/",
    "::,              localhost:8000/",
    "0:0:0:0:0:0:0:0, localhost:8000/",
    "::1,             [::1]:8000/",
    "[::1],           [::1]:8000/",
    "127.0.0.1,       127.0.0.1:8000/",
    "localhost,       localhost:8000/",
  })
  void address_host_canBeOpenedInBrowser(String host, String address) {
    assertThat(Quickstart.address(host, 8000)).isEqualTo(address);
  }

  @Test
  void selfSigned_anotherSetting_isRejected() {
    assertThat(SelfSignedCertificate.isOn(" Self-Signed ")).isTrue();
    assertThat(SelfSignedCertificate.isOn("off")).isFalse();
    assertThatThrownBy(() -> SelfSignedCertificate.isOn("on"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("TLS=on must be self-signed or off");
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
