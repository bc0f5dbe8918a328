package io.greenlang.metrics.client.internal.protocol;

import static io.greenlang.metrics.client.internal.protocol.FieldReader.malformed;

import io.greenlang.metrics.client.model.MetricsClientException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of the format {@code columnar}. It keeps what the messages of one connection have
 * defined so far, by channel. Used by one thread at a time.
 */
final class ColumnarDecoder {

  private final Map<String, ColumnState> channels = new HashMap<>();

  /**
   * Returns the batch with the same metrics. A message without columns is returned as it is.
   *
   * @throws MetricsClientException with {@code MALFORMED_FRAME} if the columns are malformed or do
   *     not follow a key message; then so are all up to the next key message
   */
  Map<String, ?> toBatch(Map<String, ?> message) {
    if (!(message.get("columns") instanceof byte[] columns)) {
      return message;
    }
    String channel = FieldReader.text(message, "channel");
    boolean isKey = Boolean.TRUE.equals(message.get("key"));
    ColumnState known = channels.remove(channel);
    ColumnState state = isKey ? new ColumnState() : known;
    if (state == null) {
      throw malformed("its columns do not follow a key message");
    }
    Map<String, @Nullable Object> batch = new LinkedHashMap<>(message);
    List.of("key", "series", "columns", "interval").forEach(batch::remove);
    batch.put("metrics", metrics(message, columns, state, isKey));
    channels.put(channel, state);
    return batch;
  }

  private static List<Map<String, @Nullable Object>> metrics(
      Map<String, ?> message, byte[] columns, ColumnState state, boolean isKey) {
    define(message.get("series"), state);
    try {
      List<Map<String, @Nullable Object>> metrics = new ArrayList<>();
      ColumnReader reader = new ColumnReader(ByteBuffer.wrap(columns), state);
      String interval = FieldReader.optionalText(message, "interval");
      reader.read(isKey, metric -> metrics.add(withInterval(metric, interval)));
      return metrics;
    } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException e) {
      throw malformed("its columns do not match its series");
    }
  }

  private static void define(@Nullable Object definitions, ColumnState state) {
    if (definitions != null) {
      for (Object each : FieldReader.list(definitions, "series")) {
        state.define(FieldReader.list(each, "series"));
      }
    }
  }

  private static Map<String, @Nullable Object> withInterval(
      Map<String, @Nullable Object> metric, @Nullable String interval) {
    if (interval != null) {
      metric.put("interval", interval);
    }
    return metric;
  }
}
