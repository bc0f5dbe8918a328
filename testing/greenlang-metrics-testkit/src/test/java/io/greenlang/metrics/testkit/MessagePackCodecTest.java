package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessagePackCodecTest extends MessageCodecContract {

  @Override
  protected MessageCodec codec() {
    return MessageCodec.of(Encoding.MESSAGEPACK);
  }

  @Override
  protected Encoding encoding() {
    return Encoding.MESSAGEPACK;
  }

  private Map<String, Object> decode(String hex) throws Exception {
    return codec().decode(HexFormat.of().parseHex(hex));
  }

  @Test
  void decode_nonMinimalEncodings_areEquivalent() throws Exception {
    Map<String, Object> message = Map.of("a", 1L);

    assertThat(decode("81a16101")).isEqualTo(message);
    assertThat(decode("de0001d90161cc01")).isEqualTo(message);
    assertThat(decode("df00000001da000161cf0000000000000001")).isEqualTo(message);
    assertThat(decode("81db0000000161d30000000000000001")).isEqualTo(message);
  }

  @Test
  void decode_float32_isWidenedToDouble() throws Exception {
    assertThat(decode("81a161ca3fc00000")).containsEntry("a", 1.5);
  }
}
