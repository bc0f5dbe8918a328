package io.greenlang.metrics.websocket.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {

  @ParameterizedTest
  @CsvSource({"Bearer a.b, a.b", "BEARER  a , a", "Basic a,", "Bearer,", "'',"})
  void bearerToken_header_returnsTokenOfBearerScheme(String header, @Nullable String token) {
    assertThat(Handshake.bearerToken(header)).isEqualTo(token);
  }

  @Test
  void splitLists_severalHeaders_returnsAllElements() {
    assertThat(Handshake.splitLists(List.of("a, b", "c", "", " d,")))
        .containsExactly("a", "b", "c", "", "d", "");
    assertThat(Handshake.splitLists(List.of())).isEmpty();
  }

  @Test
  void tokens_eachWay_returnsAll() {
    Handshake handshake =
        new Handshake(
            List.of("a"), "Bearer b", List.of("bearer.c", "other"), List.of(), "host", null);
    assertThat(handshake.tokens()).containsExactly("a", "b", "c");
  }
}
