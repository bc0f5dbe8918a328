package io.greenlang.metrics.netty.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.greenlang.metrics.websocket.transport.ClientAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of the PROXY protocol in both versions, complete, in pieces, malformed and random. */
final class ProxyHeaderTest {

  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final String IPV4 = "c0000201 0a000001 1267 1f40";
  private static final String IPV6 =
      "20010db8000000000000000000000001 20010db8000000000000000000000002 1267 1f40";

  private static byte[] binary(String commandAndFamily, String content) {
    String hex = content.replace(" ", "");
    String length = HexFormat.of().toHexDigits((short) (hex.length() / 2));
    return HexFormat.of().parseHex(SIGNATURE + commandAndFamily + length + hex);
  }

  private static byte[] text(String header) {
    return header.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static @Nullable ProxyHeader parse(byte[] bytes) throws ProxyHeader.MalformedException {
    return ProxyHeader.parse(Unpooled.wrappedBuffer(bytes));
  }

  private static @Nullable String clientOf(byte[] bytes) throws ProxyHeader.MalformedException {
    ProxyHeader header = Objects.requireNonNull(parse(bytes));
    assertThat(header.length()).isEqualTo(bytes.length);
    ClientAddress client = header.client();
    return client == null ? null : client.label();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "PROXY TCP4 192.0.2.1 10.0.0.1 4711 8000,         192.0.2.1:4711",
        "PROXY TCP6 2001:db8::1 2001:db8::2 4711 8000,    [2001:db8:0:0:0:0:0:1]:4711",
        "PROXY UNKNOWN,                                   none",
        "PROXY UNKNOWN ffff::1 whatever 65535 65535,      none",
      })
  void text_wellFormed_namesClient(String line, @Nullable String client) throws Exception {
    assertThat(clientOf(text(line + "\r\n"))).isEqualTo(client);
  }

  @Test
  void binary_wellFormed_namesClient() throws Exception {
    assertThat(clientOf(binary("2111", IPV4))).isEqualTo("192.0.2.1:4711");
    assertThat(clientOf(binary("2111", IPV4 + "03 0004 a9b8c7d6"))).isEqualTo("192.0.2.1:4711");
    assertThat(clientOf(binary("2121", IPV6))).isEqualTo("[2001:db8:0:0:0:0:0:1]:4711");
  }

  @ParameterizedTest
  @CsvSource({
    "2000, ''", // a health check of HAProxy
    "2011, 'c0000201 0a000001 1267 1f40'", // LOCAL: addresses are ignored
    "2100, ''", // the proxy does not know the address
    "2112, 'c0000201 0a000001 1267 1f40'", // UDP
    "2131, ''", // a local socket
  })
  void binary_withoutTcpAddress_namesNoClient(String commandAndFamily, String content)
      throws Exception {
    assertThat(clientOf(binary(commandAndFamily, content))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "PROXX TCP4 192.0.2.1 10.0.0.1 1 2\r\n",
        "proxy TCP4 192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1 2\n",
        "PROXY TCP4  192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1 2 \r\n",
        "PROXY TCP4 192.0.2.256 10.0.0.1 1 2\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 65536 2\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        "PROXY TCP6 192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY TCP6 ::1%eth0 ::2 1 2\r\n",
        "PROXY UDP4 192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY UNKNOWNX\r\n",
        "PROXY \r\n",
        "\r\n\r\n\0\r\nQUIX",
      })
  void parse_malformedText_isRejected(String header) {
    assertThatExceptionOfType(ProxyHeader.MalformedException.class)
        .isThrownBy(() -> parse(text(header)));
  }

  @Test
  void parse_malformedBinary_isRejected() {
    for (byte[] header :
        List.of(
            binary("1111", IPV4), // version 1 in the binary form
            binary("2211", IPV4), // an unknown command
            binary("2141", IPV4), // an unknown family
            binary("2113", IPV4), // an unknown protocol
            binary("2111", "c0000201"), // too short for its family
            binary("2121", IPV4),
            binary("2111", "00".repeat(ProxyHeader.MAX_BYTES)))) {
      assertThatExceptionOfType(ProxyHeader.MalformedException.class)
          .as(HexFormat.of().formatHex(header, 12, 20))
          .isThrownBy(() -> parse(header));
    }
    byte[] endless = text("PROXY UNKNOWN " + "x".repeat(200));
    assertThatExceptionOfType(ProxyHeader.MalformedException.class)
        .isThrownBy(() -> parse(endless));
  }

  @Test
  void parse_prefixOfHeader_waitsForTheRest() throws Exception {
    for (byte[] header :
        List.of(
            text("PROXY TCP4 192.0.2.1 10.0.0.1 4711 8000\r\n"),
            binary("2111", IPV4),
            binary("2000", ""))) {
      for (int length = 0; length < header.length; length++) {
        assertThat(parse(Arrays.copyOf(header, length))).as("%d bytes", length).isNull();
      }
      assertThat(Objects.requireNonNull(parse(Arrays.copyOf(header, header.length + 9))).length())
          .isEqualTo(header.length);
    }
  }

  @Test
  void parse_randomBytesAfterSignature_isHeaderOrMalformed() {
    long seed = Long.getLong("proxy.seed", System.nanoTime());
    Random random = new Random(seed);
    byte[][] starts = {text("PROXY "), HexFormat.of().parseHex(SIGNATURE), text("PROXY TCP4 ")};
    String characters = "0123456789.: TCP46UNKNOWN\r\n\0\u00ff";
    int headers = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] start = starts[random.nextInt(starts.length)];
      byte[] bytes = Arrays.copyOf(start, start.length + random.nextInt(130));
      for (int at = start.length; at < bytes.length; at++) {
        bytes[at] =
            (byte)
                (random.nextInt(4) == 0
                    ? random.nextInt(256)
                    : characters.charAt(random.nextInt(characters.length())));
      }
      if (start == starts[1] && bytes.length > 15) {
        bytes[12] = (byte) (0x20 + random.nextInt(2));
        bytes[13] = (byte) (random.nextInt(4) << 4 | random.nextInt(3));
        bytes[14] = 0;
      }
      headers += outcome(bytes, seed);
    }
    assertThat(headers).as("-Dproxy.seed=%d", seed).isPositive();
  }

  /** Returns 1 for a header. The parser reads nothing beyond the bytes, and consumes nothing. */
  private static int outcome(byte[] bytes, long seed) {
    ByteBuf input = Unpooled.wrappedBuffer(bytes);
    try {
      ProxyHeader header = ProxyHeader.parse(input);
      assertThat(input.readerIndex()).isZero();
      if (header == null) {
        return 0;
      }
      assertThat(header.length()).as("-Dproxy.seed=%d", seed).isBetween(15, bytes.length);
      return 1;
    } catch (ProxyHeader.MalformedException e) {
      assertThat(e).hasMessageContaining("PROXY header");
      return 0;
    }
  }
}
