package io.greenlang.metrics.websocket.internal.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.websocket.transport.ClientAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which address a request has after it passed trusted proxies, whatever its client sent. */
final class TrustedProxiesTest {

  private static final List<String> RANGES = List.of("10.0.0.0/8", "2001:db8:ffff::/48");
  private static final ClientAddress PROXY = new ClientAddress("10.0.0.1", 5000);

  private static ClientAddress client(ForwardedHeader header, String... lines) {
    return TrustedProxies.of(RANGES, header, false)
        .client(
            PROXY,
            name -> name.equals(header.fieldName()) ? List.of(lines) : List.of("192.0.2.99"));
  }

  private static String forwardedFor(String... lines) {
    return client(ForwardedHeader.X_FORWARDED_FOR, lines).label();
  }

  private static String forwarded(String... lines) {
    return client(ForwardedHeader.FORWARDED, lines).label();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.1                              | 192.0.2.1:5000",
        "192.0.2.1:4711                         | 192.0.2.1:4711",
        "198.51.100.9, 192.0.2.1                | 192.0.2.1:5000",
        "198.51.100.9, 192.0.2.1, 10.0.0.2      | 192.0.2.1:5000",
        "192.0.2.1, 10.0.0.3 ,10.0.0.2          | 192.0.2.1:5000",
        "192.0.2.1,, ,10.0.0.2,                 | 192.0.2.1:5000",
        "10.0.0.3, 10.0.0.2                     | 10.0.0.3:5000",
        "2001:db8::1                            | [2001:db8:0:0:0:0:0:1]:5000",
        "[2001:db8::1]                          | [2001:db8:0:0:0:0:0:1]:5000",
        "[2001:db8::1]:80                       | [2001:db8:0:0:0:0:0:1]:80",
        "192.0.2.1, 2001:db8:ffff::2            | 192.0.2.1:5000",
        "::ffff:192.0.2.1                       | 192.0.2.1:5000",
        "\", 192.0.2.1                          | 192.0.2.1:5000",
        "garbage, 192.0.2.1                     | 192.0.2.1:5000",
        "unknown                                | 10.0.0.1:5000",
        "192.0.2.1, unknown, 10.0.0.2           | 10.0.0.2:5000",
        "192.0.2.1, _hidden, 10.0.0.2           | 10.0.0.2:5000",
        "garbage                                | 10.0.0.1:5000",
        "192.0.2.1, garbage, 10.0.0.2           | 10.0.0.2:5000",
        "192.0.2.1:65536                        | 10.0.0.1:5000",
        "192.0.2.1:                             | 10.0.0.1:5000",
        "[2001:db8::1                           | 10.0.0.1:5000",
        "localhost                              | 10.0.0.1:5000",
        "''                                     | 10.0.0.1:5000",
      })
  void client_listOfAddresses_isLastThatIsNotTrusted(String header, String expected) {
    assertThat(forwardedFor(header)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "for=192.0.2.1                                              | 192.0.2.1:5000",
        "For=\"192.0.2.1:47011\"                                    | 192.0.2.1:47011",
        "for=\"[2001:db8::1]:4711\";proto=https;by=203.0.113.43     | [2001:db8:0:0:0:0:0:1]:4711",
        "proto=https ; for=192.0.2.1                                | 192.0.2.1:5000",
        "for=198.51.100.9, for=192.0.2.1;host=\"a,b;c\"             | 192.0.2.1:5000",
        "for=192.0.2.1, for=\"10.0.0.2\"                            | 192.0.2.1:5000",
        "for=\"19\\2.0.2.1\"                                        | 192.0.2.1:5000",
        "for=192.0.2.1;host=\"a\\\",for=198.51.100.9\"              | 192.0.2.1:5000",
        "for=\"x, for=192.0.2.1                                     | 192.0.2.1:5000",
        "for=\"x\\, for=192.0.2.1;proto=https                       | 192.0.2.1:5000",
        "for=192.0.2.1;                                             | 192.0.2.1:5000",
        ";for=192.0.2.1                                             | 192.0.2.1:5000",
        "for=unknown                                                | 10.0.0.1:5000",
        "for=\"_gazonk:_p\"                                         | 10.0.0.1:5000",
        "proto=https                                                | 10.0.0.1:5000",
        "for=192.0.2.1;for=192.0.2.2                                | 10.0.0.1:5000",
        "for=\"192.0.2.1                                            | 10.0.0.1:5000",
        "for=192.0.2.1\"                                            | 10.0.0.1:5000",
        "for= 192.0.2.1                                             | 10.0.0.1:5000",
        "for                                                        | 10.0.0.1:5000",
        "192.0.2.1                                                  | 10.0.0.1:5000",
      })
  void client_standardHeader_isLastThatIsNotTrusted(String header, String expected) {
    assertThat(forwarded(header)).isEqualTo(expected);
  }

  @Test
  void client_severalHeaders_areOneList() {
    assertThat(forwardedFor("198.51.100.9, 192.0.2.1", "10.0.0.3", "10.0.0.2"))
        .isEqualTo("192.0.2.1:5000");
    assertThat(forwarded("for=\"", "for=192.0.2.1")).isEqualTo("192.0.2.1:5000");
    assertThat(forwardedFor()).isEqualTo("10.0.0.1:5000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "fe80:0:0:0:0:0:0:1%eth0", "not numeric"})
  void client_ofPeerThatIsNotTrusted_isPeer(String address) {
    ClientAddress peer = new ClientAddress(address, 1);
    assertThat(
            TrustedProxies.of(RANGES, ForwardedHeader.X_FORWARDED_FOR, false)
                .client(peer, name -> List.of("192.0.2.7")))
        .isSameAs(peer);
  }

  @Test
  void client_addressesWithoutEnd_isBounded() {
    assertThat(forwardedFor("192.0.2.1," + "10.0.0.2,".repeat(1_000_000)))
        .isEqualTo("10.0.0.2:5000");
    assertThat(forwarded("for=\"" + "\\\"".repeat(500_000) + ",".repeat(500_000)))
        .isEqualTo("10.0.0.1:5000");
  }

  /** The client controls all text before that of the proxies. */
  @ParameterizedTest
  @EnumSource(ForwardedHeader.class)
  void client_anyTextOfClient_doesNotHideItsAddress(ForwardedHeader header) {
    long seed = Long.getLong("forwarding.seed", System.nanoTime());
    Random random = new Random(seed);
    boolean standard = header == ForwardedHeader.FORWARDED;
    String address = standard ? "for=192.0.2.1" : "192.0.2.1";
    String proxy = standard ? "for=\"10.0.0.2\";proto=http" : "10.0.0.2";
    for (int i = 0; i < 50_000; i++) {
      String text = randomText(random);
      List<String> lines =
          new ArrayList<>(List.of(text + (random.nextBoolean() ? "," : " , ") + address));
      if (random.nextBoolean()) {
        lines = new ArrayList<>(List.of(text, address));
      }
      if (random.nextBoolean()) {
        lines.add(proxy);
      }
      assertThat(client(header, lines.toArray(String[]::new)).label())
          .as("-Dforwarding.seed=%d: %s", seed, lines)
          .isEqualTo("192.0.2.1:5000");
    }
  }

  private static String randomText(Random random) {
    List<String> pieces =
        Arrays.asList(
            "\"",
            "\\",
            ",",
            ";",
            "=",
            " ",
            "for",
            "for=",
            "[",
            "]",
            ":",
            "10.0.0.9",
            "unknown",
            "_x",
            "2001:db8::1",
            "\t",
            "é",
            "65536",
            "proto=https",
            "\"10.0.0.7\"");
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(pieces.get(random.nextInt(pieces.size())));
    }
    return text.toString();
  }
}
