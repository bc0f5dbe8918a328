package io.greenlang.metrics.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleRecordingTest {

  @Test
  void read_writtenRecording_isEqual() throws IOException {
    SampleRecording recording =
        new SampleRecording(
            List.of(
                List.of(sample("a", 1.5, "k", "x=1, y"), sample("b", 3)),
                List.of(sample("a", 1.5, "k", "x=1, y")),
                List.of(sample("a", 0.1 + 0.2, "k", "x=1, y"), sample("b", 3))));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    recording.write(file);
    assertThat(SampleRecording.read(new ByteArrayInputStream(file.toByteArray())))
        .isEqualTo(recording);
  }

  private static Metric sample(String name, double value, String... tags) {
    Channel channel = new Channel("bench.metrics");
    return new Metric(channel, name, MetricType.GAUGE, value, Instant.EPOCH, Tags.of(tags));
  }
}
