package io.greenlang.metrics.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class WireProtocolTest {

  @Test
  void mqtt_messages_areThoseOfTheSpecification() {
    assertThat(HexFormat.of().formatHex(WireProtocol.MQTT.opening()))
        .isEqualTo("100c00044d5154540402" + "0000" + "0000");
    assertThat(HexFormat.of().formatHex(WireProtocol.MQTT.subscription("")))
        .isEqualTo("8212" + "0001" + "000d62656e63682e6d657472696373" + "00");
  }

  @Test
  void mqtt_publicationOfMoreThan127Bytes_writesItsLengthInTwoBytes() {
    byte[] packet = WireProtocol.MQTT.publication(new byte[185]);
    assertThat(packet).hasSize(3 + 15 + 185).startsWith(0x30, 0xc8, 0x01);
  }

  @Test
  void nats_publication_namesItsLength() {
    byte[] message = WireProtocol.NATS.publication("abc".getBytes(StandardCharsets.UTF_8));
    assertThat(new String(message, StandardCharsets.UTF_8))
        .isEqualTo("PUB bench.metrics 3\r\nabc\r\n");
  }

  @Test
  void text_messages_areTheTextOfTheOptions() {
    assertThat(WireProtocol.TEXT.opening()).isEmpty();
    assertThat(WireProtocol.TEXT.subscription("{}")).containsExactly('{', '}');
  }
}
