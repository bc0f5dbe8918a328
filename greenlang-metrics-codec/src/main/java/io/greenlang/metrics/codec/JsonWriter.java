package io.greenlang.metrics.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A writer of JSON. A value is a {@link String}, a {@link Boolean}, an {@link Integer}, {@link
 * Long}, {@link Double} or {@link BigDecimal}, null, a list of values, or a map from strings to
 * values, which keeps its order. Doubles have the form of {@link JsonNumber}.
 */
public final class JsonWriter {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private JsonWriter() {}

  /**
   * Writes a value in UTF-8.
   *
   * @throws IllegalArgumentException if the value, or one inside it, is of another class
   */
  public static byte[] write(@Nullable Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
      write(value, out);
    } catch (IOException e) {
      throw new UncheckedIOException("failed to write JSON", e);
    }
    return bytes.toByteArray();
  }

  private static void write(@Nullable Object value, JsonGenerator out) throws IOException {
    if (value == null) {
      out.writeNull();
    } else if (value instanceof String text) {
      out.writeString(text);
    } else if (value instanceof Boolean flag) {
      out.writeBoolean(flag);
    } else if (value instanceof List<?> list) {
      writeList(list, out);
    } else if (value instanceof Map<?, ?> map) {
      writeMap(map, out);
    } else {
      writeNumber(value, out);
    }
  }

  private static void writeNumber(Object value, JsonGenerator out) throws IOException {
    if (value instanceof Integer || value instanceof Long) {
      out.writeNumber(((Number) value).longValue());
    } else if (value instanceof Double number) {
      out.writeRawValue(JsonNumber.format(number));
    } else if (value instanceof BigDecimal number) {
      out.writeNumber(number);
    } else {
      throw new IllegalArgumentException("JSON cannot contain a " + value.getClass().getName());
    }
  }

  private static void writeList(List<?> list, JsonGenerator out) throws IOException {
    out.writeStartArray();
    for (Object element : list) {
      write(element, out);
    }
    out.writeEndArray();
  }

  private static void writeMap(Map<?, ?> map, JsonGenerator out) throws IOException {
    out.writeStartObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.writeFieldName((String) entry.getKey());
      write(entry.getValue(), out);
    }
    out.writeEndObject();
  }
}
