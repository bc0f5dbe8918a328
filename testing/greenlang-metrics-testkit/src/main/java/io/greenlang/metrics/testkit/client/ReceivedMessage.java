package io.greenlang.metrics.testkit.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.greenlang.metrics.frame.Encoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/**
 * A message from the server, decoded by a library that shares no code with the server.
 *
 * @param encoding JSON for a text frame, MessagePack for a binary one
 * @param body the decoded message
 */
public record ReceivedMessage(Encoding encoding, JsonNode body) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper MESSAGE_PACK = new ObjectMapper(new MessagePackFactory());

  /** Decodes the payload of a frame. */
  public static ReceivedMessage read(Encoding encoding, byte[] payload) {
    try {
      ObjectMapper mapper = encoding == Encoding.JSON ? JSON : MESSAGE_PACK;
      return new ReceivedMessage(encoding, mapper.readTree(payload));
    } catch (IOException e) {
      throw new UncheckedIOException("the server sent " + encoding + " that cannot be read", e);
    }
  }

  /** Converts JSON to MessagePack. */
  public static byte[] pack(String json) {
    try {
      return MESSAGE_PACK.writeValueAsBytes(JSON.readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the message as a map. Binary data are byte arrays. */
  public Map<String, Object> toMap() {
    return MESSAGE_PACK.convertValue(body, new TypeReference<Map<String, Object>>() {});
  }

  /** Returns the field {@code type}; for a metric, this is the type of the metric. */
  public String type() {
    return text("type");
  }

  /** Returns a field as text; empty if it is absent. */
  public String text(String field) {
    return body.path(field).asText();
  }

  /** Returns whether this message carries a single metric, a batch, or a snapshot. */
  public boolean isMetric() {
    boolean flatOrSnapshot = body.has("channel") && body.has("timestamp");
    return flatOrSnapshot || type().equals("metrics");
  }

  /** Returns the values of the metric {@code name} in this message, whatever its format. */
  public List<Double> values(String name) {
    List<Double> values = new ArrayList<>();
    if (body.has("metrics")) {
      body.get("metrics").forEach(metric -> addFlat(metric, name, values));
    } else if (body.has("name")) {
      addFlat(body, name, values);
    } else if (isMetric()) {
      JsonNode node = body.at("/" + name.replace('.', '/'));
      if (node.isNumber()) {
        values.add(node.asDouble());
      }
    }
    return values;
  }

  private static void addFlat(JsonNode metric, String name, List<Double> values) {
    if (metric.get("name").asText().equals(name)) {
      values.add(metric.get("value").asDouble());
    }
  }
}
