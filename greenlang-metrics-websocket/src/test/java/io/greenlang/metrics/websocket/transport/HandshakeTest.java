package io.greenlang.metrics.websocket.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {

  @ParameterizedTest
  @CsvSource({
    "Bearer a.b, a.b",
    "BEARER  a , a",
    "Basic a,",
    "Bearer, ''",
    "bearer  , ''",
    "Bearerx,",
    "'',"
  })
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
            List.of("a"),
            List.of("Basic x", "Bearer b"),
            List.of("bearer.c", "other"),
            List.of(),
            "host",
            null);
    assertThat(handshake.tokens()).containsExactly("a", "b", "c");
    assertThat(handshake.presentsBearer()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "token=a, a",
    "x=1&token=a%2Eb&y, a.b",
    "t%6Fken=a, a",
    "token, ''",
    "token=&x, ''",
    "token=a&token=b&token=c, a b",
    "Token=a;token=b,",
    "'',",
    ",",
  })
  void queryTokens_query_returnsFirstTwo(@Nullable String query, @Nullable String tokens) {
    assertThat(Handshake.queryTokens(query))
        .isEqualTo(tokens == null ? List.of() : List.of(tokens.split(" ", -1)));
  }

  @Test
  void queryTokens_undecodable_throws() {
    assertThatIllegalArgumentException().isThrownBy(() -> Handshake.queryTokens("token=%zz"));
  }

  /** A handshake can be queued for 8 s, and an offer of 6,000 names would take 300 KB. */
  @Test
  void knownSubprotocols_manyOffered_keepsOursAndTwoTokens() {
    String offer =
        "a,".repeat(6_000) + "bearer.a, bearer.b, greenlang.v1, " + "bearer.c,".repeat(9);
    assertThat(Handshake.knownSubprotocols(List.of(offer)))
        .containsExactly("greenlang.v1", "bearer.a", "bearer.b");
  }

  @ParameterizedTest
  @CsvSource({
    "dGhlIHNhbXBsZSBub25jZQ==, true",
    "AAAAAAAAAAAAAAAAAAAAAA==, true",
    "dGhlIHNhbXBsZSBub25jZQ, false",
    "dGhlIHNhbXBsZSBub25jZTE=, false",
    "dGhlIHNhbXBsZSBub25j, false",
    "dGhlIHNhbXBsZSBub25j!Q==, false",
    "x, false",
    "'', false",
  })
  void isKey_value_is16BytesInBase64(String value, boolean valid) {
    assertThat(Handshake.isKey(value)).isEqualTo(valid);
  }
}
