package io.greenlang.metrics.websocket.internal.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitKeyTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
    "2001:db8:1:2::9, 2001:db8:1:2:0:0:0:0/64",
    "[2001:db8:1:2::9], 2001:db8:1:2:0:0:0:0/64",
    "fe80::1%eth0, fe80:0:0:0:0:0:0:0/64",
    "::ffff:192.0.2.7, 192.0.2.7",
    "localhost, localhost",
    "a:b:zz, a:b:zz",
    "'', ''"
  })
  void of_address_returnsAddressOrIpv6Network(String address, String expected) {
    assertThat(RateLimitKey.of(address)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:12345, 127.0.0.1",
    "[2001:db8:1:2::9]:80, 2001:db8:1:2:0:0:0:0/64",
    "2001:db8:1:2:0:0:0:9:80, 2001:db8:1:2:0:0:0:0/64",
    "session-7, session-7"
  })
  void ofPeer_label_omitsPort(String peer, String expected) {
    assertThat(RateLimitKey.ofPeer(peer)).isEqualTo(expected);
  }
}
