package io.greenlang.metrics.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.frame.Encoding;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenRefreshedTest {

  @Test
  void toMap_latestInstant_canBeEncoded() throws MalformedMessageException {
    ServerMessage message = new ServerMessage.TokenRefreshed(Instant.MAX, null);
    byte[] json = MessageCodec.of(Encoding.JSON).encode(message.toMap());
    assertThat(new String(json, StandardCharsets.UTF_8))
        .isEqualTo("{\"type\":\"token_refreshed\",\"expires_at\":31556889864403199.999}");
    byte[] messagePack = MessageCodec.of(Encoding.MESSAGEPACK).encode(message.toMap());
    assertThat(MessageCodec.of(Encoding.MESSAGEPACK).decode(messagePack))
        .containsEntry("expires_at", 3.15568898644032E16);
  }
}
