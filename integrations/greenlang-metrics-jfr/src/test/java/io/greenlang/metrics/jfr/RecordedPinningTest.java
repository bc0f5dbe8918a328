package io.greenlang.metrics.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import jdk.jfr.consumer.EventStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The metrics of a pinned virtual thread, from a recording of Temurin 25, so that JDKs without
 * virtual threads run this test too. The recorded program does what {@link JfrPinnedThreadsTest}
 * does, and {@code jfr scrub --include-events jdk.VirtualThreadPinned} left only its event.
 */
class RecordedPinningTest {

  @TempDir Path folder;

  private final JvmEvents events = new JvmEvents(JfrSource.builder());

  private Path recording() throws IOException {
    Path file = folder.resolve("pinned.jfr");
    String name = "pinned-jdk25.jfr.gz";
    try (InputStream resource = Objects.requireNonNull(getClass().getResourceAsStream(name));
        InputStream unpacked = new GZIPInputStream(resource)) {
      Files.copy(unpacked, file);
    }
    return file;
  }

  private List<Metric> metrics() {
    MetricList list = new MetricList(JfrSource.DEFAULT_CHANNEL);
    events.addTo(list);
    return List.copyOf(list.metrics());
  }

  @Test
  void recording_pinnedThread_isOneWaitWithItsReason() throws IOException {
    try (EventStream stream = EventStream.openFile(recording())) {
      events.types().forEach(type -> stream.onEvent("jdk." + type.shortName(), type::accept));
      stream.start();
    }

    assertThat(metrics())
        .filteredOn(metric -> metric.name().equals("jfr.threads.pinned"))
        .singleElement()
        .satisfies(
            metric -> {
              assertThat(metric.tags())
                  .isEqualTo(Tags.of("reason", "VM call to Pinned$Blocking.<clinit> on stack"));
              Distribution waits = (Distribution) Objects.requireNonNull(metric.detail());
              assertThat(waits.count()).isEqualTo(1);
              assertThat(waits.max()).isBetween(80.0, 81.0);
            });
  }
}
