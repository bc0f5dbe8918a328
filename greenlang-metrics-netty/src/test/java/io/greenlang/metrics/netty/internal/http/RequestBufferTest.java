package io.greenlang.metrics.netty.internal.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the bytes of a connection become requests, and what an unfinished one costs. */
final class RequestBufferTest {

  private static final String REQUEST = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

  private final RequestBuffer buffer = new RequestBuffer(1000, 10);

  private void append(String text) {
    buffer.append(Unpooled.wrappedBuffer(text.getBytes(US_ASCII)));
  }

  private String nextPath() throws BadRequestException {
    return Objects.requireNonNull(buffer.poll()).target().path();
  }

  private int rejection() {
    return Objects.requireNonNull(
            catchThrowableOfType(BadRequestException.class, buffer::poll), "not rejected")
        .status()
        .code();
  }

  @ParameterizedTest
  @ValueSource(strings = {REQUEST, "\r\n\r\n" + REQUEST, "GET /a HTTP/1.1\nHost: h\n\n"})
  void poll_byteByByte_returnsRequestAfterLastByte(String request) throws BadRequestException {
    for (int i = 0; i < request.length(); i++) {
      assertThat(buffer.poll()).as("after %d bytes", i).isNull();
      append(request.substring(i, i + 1));
    }
    assertThat(nextPath()).isEqualTo("/a");
    assertThat(buffer.poll()).isNull();
    assertThat(buffer.capacity()).as("nothing is retained").isZero();
  }

  @Test
  void poll_pipelinedRequests_returnsOneAtATime() throws BadRequestException {
    append(REQUEST + REQUEST.replace("/a", "/b") + "rest");
    assertThat(nextPath()).isEqualTo("/a");
    assertThat(buffer.polledBytes()).isEqualTo(REQUEST.length());
    assertThat(nextPath()).isEqualTo("/b");
    assertThat(buffer.poll()).isNull();
    assertThat(buffer.pollRest()).isEqualTo("rest".getBytes(US_ASCII));
    assertThat(buffer.capacity()).isZero();
  }

  @Test
  void poll_longRequestLine_isRejectedWith414() throws BadRequestException {
    append("GET /" + "a".repeat(994));
    assertThat(buffer.poll()).isNull();
    append("a");
    assertThat(rejection()).isEqualTo(414);
  }

  @Test
  void poll_longHeaders_areRejectedWith431() throws BadRequestException {
    append("GET /a HTTP/1.1\r\nX: " + "a".repeat(979));
    assertThat(buffer.poll()).isNull();
    append("aaa");
    assertThat(rejection()).isEqualTo(431);
  }

  @Test
  void poll_tooManyHeaders_areRejectedWith431BeforeTheLast() throws BadRequestException {
    append("GET /a HTTP/1.1\r\nHost: h\r\n" + "X:\r\n".repeat(9));
    assertThat(buffer.poll()).isNull();
    append("Y:\r\n");
    assertThat(rejection()).isEqualTo(431);
  }

  @Test
  void poll_maximalRequest_isAccepted() throws BadRequestException {
    append("GET /a HTTP/1.1\r\nHost: h\r\n" + "X:\r\n".repeat(9) + "\r\n");
    assertThat(nextPath()).isEqualTo("/a");
    append("GET /a HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(967) + "\r\n\r\n");
    assertThat(nextPath()).isEqualTo("/a");
    assertThat(buffer.polledBytes()).isEqualTo(1000);
  }

  @Test
  void capacity_unfinishedHead_isAtMostTwiceItsBytes() throws BadRequestException {
    StringBuilder head = new StringBuilder("GET /a HTTP/1.1\r\n");
    append(head.toString());
    while (head.length() < 990) {
      append("X");
      head.append('X');
      assertThat(buffer.poll()).isNull();
      assertThat(buffer.capacity()).isBetween(head.length(), Math.min(1000, 2 * head.length()));
    }
  }

  @Test
  void append_endlessEmptyLines_retainNothing() throws BadRequestException {
    for (int i = 0; i < 10_000; i++) {
      append("\r\n");
      assertThat(buffer.poll()).isNull();
      assertThat(buffer.capacity()).isZero();
    }
    append(REQUEST);
    assertThat(nextPath()).isEqualTo("/a");
  }
}
