package io.greenlang.metrics.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.frame.Encoding;
import java.lang.reflect.Field;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The metric types that are reserved are exactly the types of the server's messages. */
class ReservedTypesTest {

  /** The golden files have a message of every type. A metric's type is its own. */
  private static Set<String> messageTypes() throws Exception {
    ObjectMapper json = new ObjectMapper();
    Set<String> types = new TreeSet<>();
    for (String name : SampleMessages.all().keySet()) {
      String type = json.readTree(GoldenFile.read(name, Encoding.JSON)).path("type").asText();
      if (!name.startsWith("metric-") && !name.startsWith("aggregate-")) {
        types.add(type);
      }
    }
    types.remove(""); // a snapshot has no type
    return types;
  }

  /** The type {@code pong} is a client's, which answers {@code ping} with it. */
  @Test
  void reserved_types_areThoseOfMessages() throws Exception {
    Set<String> expected = messageTypes();
    expected.add("pong");
    Field reserved = MetricType.class.getDeclaredField("RESERVED");
    reserved.setAccessible(true);
    assertThat((Set<?>) reserved.get(null)).isEqualTo(expected);
  }

  @Test
  void metricType_typeOfMessage_isRejected() throws Exception {
    for (String type : messageTypes()) {
      assertThatThrownBy(() -> new MetricType(type))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("reserved for messages of the server");
    }
  }
}
