package io.greenlang.metrics.netty.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which announcements of bodies are accepted, and how the bytes of a body are framed. */
final class RequestBodyTest {

  private static final int MAX_BYTES = 20;

  private final RequestBuffer buffer = new RequestBuffer(1000, 10, path -> MAX_BYTES);

  private void append(String text) {
    buffer.append(Unpooled.wrappedBuffer(text.getBytes(ISO_8859_1)));
  }

  private static String head(String headers) {
    return "POST /a HTTP/1.1\r\nHost: h\r\n" + headers.replace("|", "\r\n") + "\r\n\r\n";
  }

  private RequestBody body() throws BadRequestException {
    RequestHead head = Objects.requireNonNull(buffer.poll());
    return new RequestBody(head.body(), MAX_BYTES);
  }

  private static String text(RequestBody body) {
    return new String(body.content(), ISO_8859_1);
  }

  private int status(String request) {
    append(request);
    BadRequestException rejection =
        catchThrowableOfType(
            BadRequestException.class,
            () -> {
              RequestBody body = body();
              assertThat(buffer.poll(body)).as("complete").isTrue();
            });
    return rejection == null ? 200 : rejection.status().code();
  }

  @ParameterizedTest
  @CsvSource({
    "'Content-Length: 0',                               200",
    "'Content-Length: 020',                             200",
    "'Content-Length: 21',                              413",
    "'Content-Length: 4294967301',                      413",
    "'Content-Length: 99999999999999999999',            413",
    "'Content-Length: 5|Content-Length: 6',             400",
    "'Content-Length: 5, 6',                            400",
    "'Content-Length: -1',                              400",
    "'Content-Length: +5',                              400",
    "'Content-Length: 0x5',                             400",
    "'Content-Length:',                                 400",
    "'Transfer-Encoding: chunked|Content-Length: 5',    400",
    "'Transfer-Encoding: gzip, chunked',                501",
    "'Transfer-Encoding: chunked, chunked',             501",
    "'Transfer-Encoding: chunked|Transfer-Encoding: x', 501",
    "'Transfer-Encoding: xchunked',                     501",
    "'Transfer-Encoding:',                              501",
  })
  void poll_announcement_hasStatus(String headers, int status) {
    append(head(headers));
    BadRequestException rejection = catchThrowableOfType(BadRequestException.class, this::body);
    assertThat(rejection == null ? 200 : rejection.status().code()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5|X: y||hello",
        "Content-Length: 5, 5||hello",
        "Content-Length: 5|Content-Length: 5||hello",
        "Transfer-Encoding: chunked||5|hello|0||",
        "transfer-encoding: Chunked||2|he|003|llo|0||",
        "Transfer-Encoding: chunked||2;a=\"b\"|he|3 ; c|llo|000||",
        "Transfer-Encoding: chunked||5|hello|0|Trailer: x|Other: y||",
      })
  void poll_bodyByteByByte_isCompleteAfterLastByte(String request) throws BadRequestException {
    String lines = ("POST /a HTTP/1.1|Host: h|" + request).replace("|", "\r\n");
    int headEnd = lines.indexOf("\r\n\r\n") + 4;
    append(lines.substring(0, headEnd));
    RequestBody body = body();
    for (int i = headEnd; i < lines.length(); i++) {
      assertThat(buffer.poll(body)).as("after %d bytes", i).isFalse();
      append(lines.substring(i, i + 1));
    }
    assertThat(buffer.poll(body)).isTrue();
    assertThat(text(body)).isEqualTo("hello");
    assertThat(buffer.capacity()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 5||hello", "Transfer-Encoding: chunked||5|hello|0||"})
  void poll_pipelinedRequest_beginsAfterBody(String request) throws BadRequestException {
    append(("POST /a HTTP/1.1|Host: h|" + request).replace("|", "\r\n"));
    append("GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
    RequestBody body = body();
    assertThat(buffer.poll(body)).isTrue();
    assertThat(text(body)).isEqualTo("hello");
    assertThat(Objects.requireNonNull(buffer.poll()).target().path()).isEqualTo("/next");
  }

  /** Bare LF, signs, prefixes and excess data are known ways to smuggle a request past a proxy. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello\r\n0\n\n",
        "5\rhello",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "5;a\u0001\r\nhello\r\n0\r\n\r\n",
        "5;\rx\r\nhello\r\n0\r\n\r\n",
        "\r\n5\r\nhello\r\n0\r\n\r\n",
        "g\r\n",
        "000000005\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nno header\r\n\r\n",
        "5\r\nhello\r\n0\r\n X: folded\r\n\r\n",
      })
  void poll_malformedChunks_areRejectedWith400(String chunks) {
    assertThat(status(head("Transfer-Encoding: chunked") + chunks)).isEqualTo(400);
  }

  @Test
  void poll_chunksLongerThanMaximum_areRejectedBeforeTheirData() {
    assertThat(status(head("Transfer-Encoding: chunked") + "15\r\n")).isEqualTo(413);
    RequestBodyTest other = new RequestBodyTest();
    assertThat(
            other.status(
                head("Transfer-Encoding: chunked") + "14\r\n" + "x".repeat(20) + "\r\n1\r\n"))
        .isEqualTo(413);
    assertThat(new RequestBodyTest().status(head("Transfer-Encoding: chunked") + "ffffffff\r\n"))
        .isEqualTo(413);
  }

  @Test
  void poll_endlessExtensionOrTrailers_areRejected() {
    assertThat(status(head("Transfer-Encoding: chunked") + "5;" + "x".repeat(5000))).isEqualTo(400);
    assertThat(
            new RequestBodyTest()
                .status(
                    head("Transfer-Encoding: chunked") + "0\r\n" + "X: yyyyyyy\r\n".repeat(1000)))
        .isEqualTo(400);
  }

  @Test
  void capacity_announcedBody_growsWithItsBytesOnly() throws BadRequestException {
    RequestBuffer large = new RequestBuffer(1000, 10, path -> 10_000_000);
    large.append(Unpooled.wrappedBuffer(head("Content-Length: 10000000").getBytes(ISO_8859_1)));
    RequestBody body = new RequestBody(Objects.requireNonNull(large.poll()).body(), 10_000_000);
    assertThat(body.capacity()).isLessThan(100);
    large.append(Unpooled.wrappedBuffer(new byte[1000]));
    assertThat(large.poll(body)).isFalse();
    assertThat(body.capacity()).isBetween(1000, 2100);
    assertThat(large.capacity()).isZero();
  }
}
