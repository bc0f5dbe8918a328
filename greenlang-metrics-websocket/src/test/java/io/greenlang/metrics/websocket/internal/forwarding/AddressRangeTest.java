package io.greenlang.metrics.websocket.internal.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressRangeTest {

  private static InetAddress address(String text) {
    return Objects.requireNonNull(NumericAddress.parse(text), text);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,       10.255.0.1,       true",
    "10.0.0.0/8,       11.0.0.0,         false",
    "192.0.2.128/25,   192.0.2.128,      true",
    "192.0.2.128/25,   192.0.2.127,      false",
    "192.0.2.1,        192.0.2.1,        true",
    "192.0.2.1,        192.0.2.2,        false",
    "0.0.0.0/1,        127.255.255.255,  true",
    "0.0.0.0/1,        128.0.0.0,        false",
    "2001:db8::/32,    2001:db8:ffff::1, true",
    "2001:db8::/32,    2001:db9::,       false",
    "::1,              ::1,              true",
    "::1/128,          ::2,              false",
    "10.0.0.0/8,       ::ffff:10.1.2.3,  true",
    "10.0.0.0/8,       2001:db8::a00:1,  false",
  })
  void contains_address_comparesPrefix(String range, String address, boolean expected) {
    AddressRange parsed = Objects.requireNonNull(AddressRange.parse(range), range);
    assertThat(parsed.contains(address(address))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.0.0.1/8",
        "0.0.0.0/0",
        "::/0",
        "::/129",
        "2001:db8::1/32",
        "localhost",
        "proxy.example.com/8",
        "10.0.0.0/ 8",
        "fe80::1%eth0",
        "[::1]",
        "10.0.0.256",
        "1.2.3",
        "0x7f.0.0.1",
        "010.0.0.1",
        "10.0.0.0/99999999999"
      })
  void parse_malformedRange_isRejected(String range) {
    assertThat(AddressRange.parse(range)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {".::1", "1.2.3.4.5", "12345::", ":::", ":", "1:2", "a.b", "1.2.3.4:80"})
  void numericAddress_othertext_isNoAddressAndNotResolved(String text) {
    assertThat(NumericAddress.parse(text)).isNull();
  }

  @Test
  void numericAddress_veryLongText_isNoAddress() {
    assertThat(NumericAddress.parse(":".repeat(100_000))).isNull();
  }
}
