package io.greenlang.metrics.testkit;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.greenlang.metrics.frame.Encoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/**
 * A reference codec for both encodings that shares as little code with the server as possible.
 * Integers are read as {@link BigInteger} and fractions as {@link Double}, so that results of two
 * codecs can be compared.
 */
public final class ReferenceCodec {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper MESSAGEPACK = new ObjectMapper(new MessagePackFactory());

  private ReferenceCodec() {}

  /** Encodes a message. */
  public static byte[] write(Encoding encoding, Map<String, ? extends @Nullable Object> message) {
    try {
      return mapper(encoding).writeValueAsBytes(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Decodes a message. */
  public static Map<String, Object> read(Encoding encoding, byte[] message) {
    try {
      return normalize(
          mapper(encoding).readValue(message, new TypeReference<Map<String, Object>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException("the reference codec cannot read the message", e);
    }
  }

  /** Returns a message with the numbers in the form of {@link #read}. */
  @SuppressWarnings("NullAway") // values may be null
  public static Map<String, Object> normalize(Map<String, Object> message) {
    Map<String, Object> plain = new LinkedHashMap<>();
    message.forEach((key, value) -> plain.put(key, plainValue(value)));
    return plain;
  }

  @SuppressWarnings("unchecked") // keys are strings; any other key fails in plain()
  private static @Nullable Object plainValue(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return normalize((Map<String, Object>) map);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ReferenceCodec::plainValue).toList();
    }
    if (value instanceof Integer || value instanceof Long) {
      return BigInteger.valueOf(((Number) value).longValue());
    }
    return value instanceof Double number && isWhole(number)
        ? BigInteger.valueOf(number.longValue())
        : value;
  }

  /** Returns whether messages write a number without a fraction in JSON, like an integer. */
  private static boolean isWhole(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1L << 53;
  }

  private static ObjectMapper mapper(Encoding encoding) {
    return encoding == Encoding.JSON ? JSON : MESSAGEPACK;
  }
}
