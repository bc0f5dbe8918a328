package io.greenlang.metrics.netty.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which request heads are accepted, and with which status the others are rejected. */
final class RequestParserTest {

  private static final String HOST = "Host: a:1\r\n";

  private static int statusOf(String head) {
    BadRequestException rejection =
        catchThrowableOfType(BadRequestException.class, () -> RequestParser.parse(head));
    return rejection == null ? 200 : rejection.status().code();
  }

  @ParameterizedTest
  @CsvSource({
    "GET /a?b=c HTTP/1.1,             200",
    "GET /a HTTP/1.2,                 200",
    "get /a HTTP/1.1,                 200",
    "GET http://h/a HTTP/1.1,         200",
    "GET WSS://[::1]:80 HTTP/1.1,     200",
    "OPTIONS * HTTP/1.1,              200",
    "GET * HTTP/1.1,                  400",
    "GET a HTTP/1.1,                  400",
    "GET ftp://h/a HTTP/1.1,          400",
    "GET http:///a HTTP/1.1,          400",
    "GET http://u@h/a HTTP/1.1,       400",
    "CONNECT h:80 HTTP/1.1,           400",
    "GET /a#b HTTP/1.1,               400",
    "GET /\u00e9 HTTP/1.1,            400",
    "GET /a\tb HTTP/1.1,              400",
    "GET  /a HTTP/1.1,                400",
    "GET /a  HTTP/1.1,                400",
    "GET /a HTTP/1.1 x,               400",
    "GET /a,                          400",
    "GET /a http/1.1,                 400",
    "GET /a HTTP/11,                  400",
    "G(T /a HTTP/1.1,                 400",
    "NONSENSE,                        400",
    "GET /a HTTP/2.0,                 505",
    "GET /a HTTP/0.9,                 505",
  })
  void parse_requestLine_hasStatus(String line, int status) {
    assertThat(statusOf(line + "\r\n" + HOST)).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X : y",
        " X: y",
        "\tfolded",
        "X",
        ": y",
        "X: a\rb",
        "X: a\u0000b",
        "X: \u007f",
        "X\u00e9: y"
      })
  void parse_malformedHeader_isRejectedWith400(String header) {
    assertThat(statusOf("GET / HTTP/1.1\r\n" + HOST + header + "\r\n")).isEqualTo(400);
  }

  /** A pattern that backtracks would need seconds. */
  @ParameterizedTest
  @ValueSource(strings = {" ", "\t", "a", "a "})
  @Timeout(5)
  void parse_longValueWithControlAtEnd_isRejectedInLinearTime(String part) {
    String header = "X:" + part.repeat(65_000) + "\u0001\r\n";
    assertThat(statusOf("GET / HTTP/1.1\r\n" + HOST + header)).isEqualTo(400);
    assertThat(statusOf("GET /" + part.repeat(65_000) + "\u0001 HTTP/1.1\r\n" + HOST))
        .isEqualTo(400);
    assertThat(statusOf("G".repeat(65_000) + part + "\r\n" + HOST)).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1, '',                        400",
    "HTTP/1.0, '',                        200",
    "HTTP/1.1, 'Host: a|Host: a',         400",
    "HTTP/1.0, 'Host: a|Host: a',         400",
    "HTTP/1.1, 'Host:',                   400",
    "HTTP/1.1, 'Host: a b',               400",
    "HTTP/1.1, 'Host: a/b',               400",
    "HTTP/1.1, 'Host: u@a',               400",
    "HTTP/1.1, 'Host: a:b',               400",
    "HTTP/1.1, 'Host: a, b',              400",
    "HTTP/1.1, 'Host: my_host-1.example', 200",
    "HTTP/1.1, 'hOST:[::1]:8000  ',       200",
    "HTTP/1.1, 'Host: 127.0.0.1:8000',    200",
  })
  void parse_host_mustBeOneValidHost(String version, String headers, int status) {
    String lines = headers.isEmpty() ? "" : headers.replace("|", "\r\n") + "\r\n";
    assertThat(statusOf("GET / " + version + "\r\n" + lines)).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "'Content-Length: 0',                               200",
    "'Content-Length: 0, 0',                            200",
    "'Content-Length: 5',                               413",
    "'Content-Length: 99999999999999999999',            413",
    "'Content-Length: 5|Content-Length: 5',             413",
    "'Content-Length: 5|Content-Length: 6',             400",
    "'Content-Length: 0|Content-Length: 6',             400",
    "'Content-Length: -1',                              400",
    "'Content-Length: +5',                              400",
    "'Content-Length:',                                 400",
    "'Transfer-Encoding: chunked',                      413",
    "'Transfer-Encoding: chunked|Content-Length: 0',    400",
  })
  void parse_body_isRejected(String headers, int status) {
    String head = "POST / HTTP/1.1\r\n" + HOST + headers.replace("|", "\r\n") + "\r\n";
    assertThat(statusOf(head)).isEqualTo(status);
  }

  @Test
  void parse_absoluteTarget_replacesHost() throws BadRequestException {
    RequestHead request =
        RequestParser.parse("GET http://b:2/ws?token=x&y HTTP/1.1\r\nHost: a\r\n");
    assertThat(request.target().path()).isEqualTo("/ws");
    assertThat(request.target().query()).isEqualTo("token=x&y");
    assertThat(request.host()).isEqualTo("b:2");
    assertThat(RequestParser.parse("GET http://b?q HTTP/1.1\r\nHost: a\n").target())
        .isEqualTo(new RequestTarget("/", "q", "b"));
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1, X: y,                      true",
    "HTTP/1.1, 'Connection: x, CLOSE',    false",
    "HTTP/1.0, X: y,                      false",
  })
  void responseMode_connection_decidesWhetherItStaysOpen(
      String version, String header, boolean keepAlive) throws BadRequestException {
    RequestHead request =
        RequestParser.parse("HEAD / " + version + "\r\n" + HOST + header + "\r\n");
    assertThat(request.responseMode()).isEqualTo(new RequestHead.ResponseMode(true, keepAlive));
  }

  @Test
  void parse_headers_areTrimmedAndKeepTheirOrder() throws BadRequestException {
    RequestHead request =
        RequestParser.parse("GET / HTTP/1.1\r\n" + HOST + "X: \t a b \r\nx:c\nY:\r\n");
    assertThat(request.headers().getAll("X")).containsExactly("a b", "c");
    assertThat(value(request, "Y")).isEmpty();
    assertThat(request.headers().get("Z")).isNull();
  }

  private static String value(RequestHead request, String name) {
    @Nullable String value = request.headers().get(name);
    return Objects.requireNonNull(value);
  }
}
