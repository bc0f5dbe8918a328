package io.greenlang.metrics.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.greenlang.metrics.internal.http.RequestException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A conversion of a request in JSON to Protocol Buffers, so that only one reader decides on its
 * meaning. The mapping is that of Protocol Buffers, version 3, with the names of OTLP: a number of
 * 64 bits can be a text, null is an absent field, and unknown fields are ignored. It keeps no tree
 * of the request. Not thread-safe.
 */
final class JsonRequest {

  private static final int MAX_DEPTH = 32;
  private static final int MAX_TEXT = 64 * 1024;
  private static final int MAX_NUMBER = 64;
  private static final int TOO_LARGE = 413;

  /** Protocol Buffers are at most so many times as long: {@code 0,} can become nine bytes. */
  private static final int MAX_GROWTH = 5;

  /**
   * A message is a second time in the one that contains it, until it has been written there. The
   * array of either can be twice as long as its content.
   */
  private static final int COPIES = 4;

  private static final BigInteger MAX_UNSIGNED = BigInteger.ONE.shiftLeft(64);
  private static final BigInteger MIN_SIGNED = BigInteger.ONE.shiftLeft(63).negate();

  private static final JsonField ROOT =
      new JsonField(0, JsonField.Kind.MESSAGE, () -> JsonField.REQUEST);

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_TEXT)
                  .maxNameLength(MAX_TEXT)
                  .maxNumberLength(MAX_NUMBER)
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final JsonParser parser;
  private final int maxBytes;
  private String selectedName = ""; // of the field whose value is read; empty for the request
  private JsonField selected = ROOT;

  private JsonRequest(JsonParser parser, int maxBytes) {
    this.parser = parser;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns the memory that a conversion takes at most.
   *
   * @param length the length of the JSON
   * @param maxBytes the maximum length of the result
   */
  static long memory(int length, int maxBytes) {
    return COPIES * Math.min(maxBytes, MAX_GROWTH * (long) length);
  }

  /**
   * Converts a request.
   *
   * @param maxBytes the maximum length of the result
   * @throws RequestException if it is malformed or too long
   */
  static byte[] toProtobuf(byte[] json, int maxBytes) throws RequestException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      JsonRequest request = new JsonRequest(parser, maxBytes);
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      parser.nextToken();
      request.writeMessage(JsonField.REQUEST, message);
      if (parser.nextToken() != null) {
        throw RequestException.malformed("The JSON has text after its end");
      }
      return message.toByteArray();
    } catch (JsonProcessingException e) {
      throw RequestException.malformed("The JSON is malformed" + place(e.getLocation()));
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory cannot fail", e);
    }
  }

  private static String place(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  /** Writes the fields of the object that begins at the current token. */
  private void writeMessage(Map<String, JsonField> fields, ByteArrayOutputStream out)
      throws IOException, RequestException {
    require(parser.currentToken() == JsonToken.START_OBJECT);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonField known = fields.get(key);
      JsonToken value = parser.nextToken();
      if (known == null) {
        parser.skipChildren();
      } else if (value == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          select(key, known);
          writeField(known, out);
        }
      } else if (value != JsonToken.VALUE_NULL) {
        select(key, known);
        writeField(known, out);
      }
    }
  }

  /** Remembers the field whose value is read next, for an error message. */
  private void select(String key, JsonField known) {
    selectedName = key;
    selected = known;
  }

  private void writeField(JsonField field, ByteArrayOutputStream out)
      throws IOException, RequestException {
    switch (field.kind()) {
      case BOOLEAN -> {
        require(parser.currentToken().isBoolean());
        writeVarint(field, parser.getBooleanValue() ? 1 : 0, out);
      }
      case VARINT, TEMPORALITY -> writeVarint(field, integer(), out);
      case ZIGZAG -> {
        WireWriter.writeVarint(out, WireReader.varintKey(field.number()));
        long integer = integer();
        require(integer == (int) integer);
        WireWriter.writeZigzag(out, (int) integer);
      }
      case FIXED64 -> writeFixed(field, integer(), out);
      case DOUBLE -> writeFixed(field, Double.doubleToRawLongBits(number()), out);
      case TEXT, BYTES -> writeBytes(field, text().getBytes(StandardCharsets.UTF_8), out);
      case MESSAGE -> {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        writeMessage(Objects.requireNonNull(field.message()).get(), message);
        WireWriter.writeVarint(out, WireReader.lengthKey(field.number()));
        WireWriter.writeVarint(out, message.size());
        message.writeTo(out);
      }
    }
    if (out.size() > maxBytes) {
      throw new RequestException(TOO_LARGE, "The request is longer than " + maxBytes + " bytes");
    }
  }

  private static void writeVarint(JsonField field, long value, ByteArrayOutputStream out) {
    WireWriter.writeVarint(out, WireReader.varintKey(field.number()));
    WireWriter.writeVarint(out, value);
  }

  private static void writeFixed(JsonField field, long bits, ByteArrayOutputStream out) {
    WireWriter.writeVarint(out, WireReader.fixed64Key(field.number()));
    WireWriter.writeFixed64(out, bits);
  }

  private static void writeBytes(JsonField field, byte[] bytes, ByteArrayOutputStream out) {
    WireWriter.writeVarint(out, WireReader.lengthKey(field.number()));
    WireWriter.writeVarint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private String text() throws IOException, RequestException {
    require(parser.currentToken() == JsonToken.VALUE_STRING);
    return parser.getText();
  }

  /** Returns an integer, which may be a text. An enumeration is a number in OTLP. */
  private long integer() throws IOException, RequestException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return parser.getLongValue();
    }
    require(parser.currentToken().isScalarValue());
    String text = parser.getText();
    require(text.length() <= MAX_NUMBER);
    try {
      BigDecimal number = new BigDecimal(text);
      // A text such as 1e999999999 would become an integer of gigabytes.
      require((long) number.precision() - number.scale() <= MAX_NUMBER);
      require(number.scale() <= MAX_NUMBER);
      BigInteger integer = number.toBigIntegerExact();
      require(integer.compareTo(MAX_UNSIGNED) < 0 && integer.compareTo(MIN_SIGNED) >= 0);
      return integer.longValue();
    } catch (ArithmeticException | NumberFormatException e) {
      throw invalidValue();
    }
  }

  private double number() throws IOException, RequestException {
    if (parser.currentToken().isNumeric()) {
      return parser.getDoubleValue();
    }
    String text = text();
    try {
      return Double.parseDouble(text); // includes NaN, Infinity and -Infinity
    } catch (NumberFormatException e) {
      throw invalidValue();
    }
  }

  private void require(boolean condition) throws IOException, RequestException {
    if (!condition) {
      throw invalidValue();
    }
  }

  /** Returns an error with the field, the current value, and the values that are allowed. */
  private RequestException invalidValue() throws IOException {
    String subject =
        selectedName.isEmpty() ? "The request" : "The field " + ExportRequest.shown(selectedName);
    JsonToken token = parser.currentToken();
    String value;
    if (token == null) {
      value = "nothing";
    } else if (token.isScalarValue()) {
      value = ExportRequest.shown(parser.getText());
    } else {
      value = token == JsonToken.START_ARRAY ? "an array" : "an object";
    }
    return RequestException.malformed(
        subject + " is " + value + ", but must be " + selected.kind().rule());
  }
}
