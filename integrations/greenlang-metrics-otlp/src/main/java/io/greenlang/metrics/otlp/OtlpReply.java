package io.greenlang.metrics.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.greenlang.metrics.internal.http.RequestException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import io.greenlang.metrics.websocket.http.HttpReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The answers of the protocol, each in the encoding of its request: {@code
 * ExportMetricsServiceResponse} for a success, and {@code google.rpc.Status} for an error.
 */
enum OtlpReply {
  /** Protocol Buffers. */
  PROTOBUF("application/x-protobuf") {

    @Override
    byte[] partialSuccess(long rejected, String message) {
      byte[] partial = varintAndText(rejected, message);
      ByteArrayOutputStream response = new ByteArrayOutputStream();
      WireWriter.writeBytes(response, WireReader.lengthKey(1), partial);
      return response.toByteArray();
    }

    @Override
    byte[] success() {
      return new byte[0];
    }

    @Override
    byte[] error(int code, String message) {
      return varintAndText(code, message);
    }
  },

  /** JSON, in the mapping of Protocol Buffers, where numbers of 64 bits are texts. */
  JSON("application/json") {

    @Override
    byte[] partialSuccess(long rejected, String message) {
      return json(
          generator -> {
            generator.writeObjectFieldStart("partialSuccess");
            generator.writeStringField("rejectedDataPoints", String.valueOf(rejected));
            generator.writeStringField("errorMessage", message);
            generator.writeEndObject();
          });
    }

    @Override
    byte[] success() {
      return new byte[] {'{', '}'};
    }

    @Override
    byte[] error(int code, String message) {
      return json(
          generator -> {
            generator.writeNumberField("code", code);
            generator.writeStringField("message", message);
          });
    }
  };

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int TOO_LARGE = 413;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  // The codes of google.rpc.Code.
  private static final int INVALID_ARGUMENT = 3;
  private static final int PERMISSION_DENIED = 7;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int CODE_UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;

  private final String contentType;

  OtlpReply(String contentType) {
    this.contentType = contentType;
  }

  /** Returns the encoding of a request; null if the receiver does not know it. */
  static @Nullable OtlpReply of(String mediaType) {
    for (OtlpReply encoding : values()) {
      if (encoding.contentType.equals(mediaType)) {
        return encoding;
      }
    }
    return null;
  }

  abstract byte[] partialSuccess(long rejected, String message);

  abstract byte[] success();

  abstract byte[] error(int code, String message);

  /**
   * Returns the answer to a request that was accepted.
   *
   * @param rejected the number of data points that were not published
   * @param message why, or a warning if it is 0; for people. Empty for a complete success
   */
  HttpReply accepted(long rejected, String message) {
    return HttpReply.of(
        OK, contentType, message.isEmpty() ? success() : partialSuccess(rejected, message));
  }

  /** Returns the answer to a request that was rejected as a whole. */
  HttpReply rejected(RequestException rejection) {
    HttpReply reply =
        HttpReply.of(
            rejection.status(), contentType, error(code(rejection.status()), rejection.reason()));
    boolean retryable =
        rejection.status() == TOO_MANY_REQUESTS || rejection.status() == UNAVAILABLE;
    return retryable ? reply.withHeader("Retry-After", "1") : reply;
  }

  /** Returns the server's answer in text as an answer of the protocol, with the same headers. */
  HttpReply rejected(HttpReply rejection) {
    String reason = new String(rejection.body(), StandardCharsets.UTF_8).strip();
    HttpReply reply =
        new HttpReply(
            rejection.status(), rejection.headers(), error(code(rejection.status()), reason));
    return reply.withHeader("Content-Type", contentType);
  }

  private static int code(int status) {
    return switch (status) {
      case UNAUTHORIZED -> UNAUTHENTICATED;
      case FORBIDDEN -> PERMISSION_DENIED;
      case TOO_LARGE, TOO_MANY_REQUESTS -> RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> CODE_UNAVAILABLE;
      default -> INVALID_ARGUMENT;
    };
  }

  private static byte[] varintAndText(long number, String text) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    WireWriter.writeVarint(message, WireReader.varintKey(1));
    WireWriter.writeVarint(message, number);
    WireWriter.writeBytes(message, WireReader.lengthKey(2), text.getBytes(StandardCharsets.UTF_8));
    return message.toByteArray();
  }

  /** A writer of the fields of a JSON object. */
  @FunctionalInterface
  private interface Fields {

    void writeTo(JsonGenerator generator) throws IOException;
  }

  private static byte[] json(Fields fields) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator generator = FACTORY.createGenerator(json)) {
      generator.writeStartObject();
      fields.writeTo(generator);
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory cannot fail", e);
    }
    return json.toByteArray();
  }
}
