package io.greenlang.metrics.websocket.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1:80",
    "0:0:0:0:0:0:0:1, [0:0:0:0:0:0:0:1]:80",
    "[::1], [::1]:80",
    "localhost, localhost:80"
  })
  void label_address_returnsHostAndPort(String address, String expected) {
    assertThat(Connection.label(address, 80)).isEqualTo(expected);
  }
}
