package io.greenlang.metrics.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonCodecTest extends MessageCodecContract {

  @Override
  protected MessageCodec codec() {
    return MessageCodec.of(Encoding.JSON);
  }

  @Override
  protected Encoding encoding() {
    return Encoding.JSON;
  }

  @Test
  void decode_numberBeyondDoubleRange_isInfinite() throws Exception {
    assertThat(codec().decode("{\"a\":1e999999999}".getBytes(UTF_8)))
        .containsEntry("a", Double.POSITIVE_INFINITY);
  }

  @Test
  void encode_decimal_usesPlainNotation() {
    assertThat(codec().encode(Map.of("a", new BigDecimal("1699459200.000"))))
        .asString(UTF_8)
        .isEqualTo("{\"a\":1699459200.000}");
  }
}
