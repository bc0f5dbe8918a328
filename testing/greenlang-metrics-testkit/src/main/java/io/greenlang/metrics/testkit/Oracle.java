package io.greenlang.metrics.testkit;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.greenlang.metrics.feed.Encoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/**
 * A second opinion: reads and writes both encodings by other code than the server's, as far as it
 * can be had. Numbers come out as {@link BigInteger} or {@link Double}, so that they can be
 * compared.
 */
final class Oracle {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper MESSAGEPACK = new ObjectMapper(new MessagePackFactory());

  private Oracle() {}

  static byte[] write(Encoding encoding, Map<String, ? extends @Nullable Object> message) {
    try {
      return mapper(encoding).writeValueAsBytes(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, Object> read(Encoding encoding, byte[] message) {
    try {
      return plain(
          mapper(encoding).readValue(message, new TypeReference<Map<String, Object>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException("the oracle cannot read this", e);
    }
  }

  @SuppressWarnings("NullAway") // a value may be null
  static Map<String, Object> plain(Map<String, Object> message) {
    Map<String, Object> plain = new LinkedHashMap<>();
    message.forEach((key, value) -> plain.put(key, plainValue(value)));
    return plain;
  }

  @SuppressWarnings("unchecked") // messages have text keys, or plain() throws
  private static @Nullable Object plainValue(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return plain((Map<String, Object>) map);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Oracle::plainValue).toList();
    }
    if (value instanceof Integer || value instanceof Long) {
      return BigInteger.valueOf(((Number) value).longValue());
    }
    return value;
  }

  private static ObjectMapper mapper(Encoding encoding) {
    return encoding == Encoding.JSON ? JSON : MESSAGEPACK;
  }
}
