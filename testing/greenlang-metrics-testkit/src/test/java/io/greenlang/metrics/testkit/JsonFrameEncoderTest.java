package io.greenlang.metrics.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFrameEncoderTest extends FrameEncoderContract {

  @Override
  protected FrameEncoder encoder() {
    return JsonFrameEncoder.INSTANCE;
  }

  private static String printed(FeedCollector reader, double value) {
    Metric metric = Metric.gauge(Channel.SYSTEM, "a", value, Tags.empty());
    String json = new String(reader.publish(List.of(metric)).get(0), UTF_8);
    return json.substring(json.indexOf("\"value\":") + 8, json.indexOf(",\"timestamp\""));
  }

  private static FeedCollector reader() {
    return new FeedCollector(JsonFrameEncoder.INSTANCE, Channel.SYSTEM, Format.METRIC);
  }

  @Test
  void metric_integersBelow2To53_arePrintedExactly() {
    Random random = new Random(53);
    try (FeedCollector reader = reader()) {
      for (int i = 0; i < 2_000; i++) {
        long number = random.nextLong() >> (11 + random.nextInt(52));
        assertThat(printed(reader, (double) number)).isEqualTo(Long.toString(number));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "75.5, 75.5",
    "45.2, 45.2",
    "0.001, 0.001",
    "9007199254740991, 9007199254740991",
    "-9007199254740991, -9007199254740991",
    "9007199254740992, 9.007199254740992E15",
    "1e21, 1.0E21",
    "1e-7, 1.0E-7",
    "4.9e-324, 4.9E-324"
  })
  void metric_number_isPrintedAsExpected(double value, String expected) {
    try (FeedCollector reader = reader()) {
      assertThat(printed(reader, value)).isEqualTo(expected);
    }
  }
}
