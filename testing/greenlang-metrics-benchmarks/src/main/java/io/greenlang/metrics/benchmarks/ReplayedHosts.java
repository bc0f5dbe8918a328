package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Publications of 1,000 series, one per second. The series of one recording are too few, so it is
 * replayed as several hosts, each shifted by some seconds.
 */
final class ReplayedHosts {

  /** The channel of the publications. */
  static final Channel CHANNEL = new Channel("bench.metrics");

  /** The number of series. */
  static final int SERIES = 1_000;

  private static final String KEPT = "jvm-and-host.tsv.gz";
  private static final int INTERVAL_MILLIS = 1_000;
  private static final int SHIFT_SECONDS = 7;

  private ReplayedHosts() {}

  /** Returns the recording that the module keeps, so that runs on different machines agree. */
  static SampleRecording keptRecording() throws IOException {
    try (InputStream kept = ReplayedHosts.class.getResourceAsStream(KEPT)) {
      return SampleRecording.read(Objects.requireNonNull(kept, KEPT + " is missing"));
    }
  }

  /** Returns a publication for each second of a recording. */
  static List<List<Metric>> publications(List<List<Metric>> recording) {
    List<List<Metric>> publications = new ArrayList<>();
    for (int second = 0; second < recording.size(); second++) {
      publications.add(publication(recording, second));
    }
    return publications;
  }

  private static List<Metric> publication(List<List<Metric>> recording, int second) {
    Instant time = Instant.ofEpochMilli(1_700_000_000_000L + (long) INTERVAL_MILLIS * second);
    List<Metric> metrics = new ArrayList<>();
    for (int host = 0; metrics.size() < SERIES; host++) {
      int shifted = (second + SHIFT_SECONDS * host) % recording.size();
      for (Metric each : recording.get(shifted)) {
        if (metrics.size() < SERIES) {
          Tags tags = each.tags().with("host", "host-" + host);
          metrics.add(new Metric(CHANNEL, each.name(), each.type(), each.value(), time, tags));
        }
      }
    }
    return metrics;
  }
}
