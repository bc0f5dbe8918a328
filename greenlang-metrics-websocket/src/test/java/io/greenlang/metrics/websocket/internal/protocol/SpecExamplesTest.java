package io.greenlang.metrics.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.frame.Encoding;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The product page's examples of server messages, verbatim. Our messages contain all of their
 * fields.
 */
class SpecExamplesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          welcome | {"type": "welcome", "client_id": "127.0.0.1:12345", "timestamp": 1699459200.0}
          subscribed | {"type": "subscribed", "channels": ["system.metrics", "workflow.metrics"]}
          ping | {"type": "ping", "timestamp": 1699459200.0}
          metric-gauge | {"channel": "system.metrics", "name": "cpu.percent", "type": "gauge", \
          "value": 75.5, "timestamp": "2025-11-08T12:00:00Z", \
          "tags": { "host": "server1", "env": "production" }}
          snapshot | {"channel": "system.metrics", "timestamp": "2025-11-08T12:00:00Z", \
          "cpu": {"percent": 45.2, "count": 8, "frequency": 2400.0}, \
          "memory": {"total": 16777216000, "used": 8388608000, "percent": 50.0}}
          error-unknown-channel | {"type": "error", "message": "Invalid subscription: unknown channel"}
          error-rate-limited | {"type": "error", "message": "Rate limit exceeded"}
          error-unauthorized | {"type": "error", "message": "Invalid authentication token"}
          """)
  void oracle_exampleOfSpec_isContainedInOurMessage(String name, String example) {
    Map<String, Object> expected = fields(example.getBytes(StandardCharsets.UTF_8), Encoding.JSON);
    for (Encoding encoding : Encoding.values()) {
      assertThat(fields(GoldenFile.read(name, encoding), encoding)).containsAllEntriesOf(expected);
    }
  }

  @SuppressWarnings("unchecked") // every message is a map with string keys
  private static Map<String, Object> fields(byte[] message, Encoding encoding) {
    return (Map<String, Object>) Objects.requireNonNull(GoldenFile.oracle(encoding, message));
  }
}
