package io.greenlang.metrics.websocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which answers an endpoint can give, and how a call is read. */
final class HttpReplyTest {

  @ParameterizedTest
  @CsvSource({
    "X, 'a\r\nSet-Cookie: b'",
    "X, 'a\nb'",
    "'X: y', a",
    "'', a",
    "content-length, 5",
    "Transfer-Encoding, chunked",
    "CONNECTION, close",
  })
  void withHeader_malformedOrFraming_isRejected(String name, String value) {
    String unescaped = value.replace("\\r", "\r").replace("\\n", "\n");
    HttpReply reply = HttpReply.text(200, "ok");
    assertThatIllegalArgumentException().isThrownBy(() -> reply.withHeader(name, unescaped));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 101, 199, 600})
  void reply_statusOutOfRange_isRejected(int status) {
    assertThatIllegalArgumentException().isThrownBy(() -> HttpReply.text(status, "x"));
  }

  @Test
  void reply_bodyWhereNoneIsPermitted_isRejected() {
    assertThatIllegalArgumentException().isThrownBy(() -> HttpReply.text(304, "x"));
    assertThat(new HttpReply(204, Map.of(), new byte[0]).status()).isEqualTo(204);
  }

  @Test
  void withHeader_sameNameInOtherCase_replacesValue() {
    HttpReply reply = HttpReply.text(200, "ok").withHeader("content-TYPE", "text/x");
    assertThat(reply.headers().values()).containsExactly("text/x");
  }

  @Test
  void header_otherCase_isFound() {
    HttpCall call =
        HttpCall.of("GET", "a=1&a=%202&&b", Map.of("X-Name", List.of("v", "w")), "192.0.2.1");
    assertThat(call.header("x-name")).isEqualTo("v");
    assertThat(call.headerValues("X-NAME")).containsExactly("v", "w");
    assertThat(call.header("other")).isNull();
    assertThat(call.query().get("a")).containsExactly("1", " 2");
    assertThat(call.query().get("b")).containsExactly("");
  }
}
