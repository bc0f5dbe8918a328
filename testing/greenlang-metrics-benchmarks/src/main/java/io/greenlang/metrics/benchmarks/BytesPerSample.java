package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.frame.SharedFrames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Benchmark of a batch in JSON, a batch in MessagePack, and columns: the bytes per sample, and the
 * time to publish. It replays a recording of the collectors of a host and of a JVM, as {@link
 * ReplayedHosts}.
 */
public final class BytesPerSample {

  private static final String USAGE =
      """
      BytesPerSample: measures the bytes per sample of batches and of columns.

        --record SECONDS   record the collectors of this machine, in place of the kept recording (0)
        --save FILE        store that recording (none)
        --help
      """;

  /** How often the recording is replayed to measure the time, after as often to warm up. */
  private static final int REPLAYS = 20;

  private static final double MICROS = 1e3;

  private BytesPerSample() {}

  /** A subscriber that counts the bytes of its frames, headers included. */
  private static final class Stream implements AutoCloseable {
    private final FormSubscriber subscriber;
    private long bytes;

    Stream(MessageForm form) {
      this.subscriber = new FormSubscriber(form, this::count);
    }

    private void count(SharedFrames frames, int from, int to, int count) {
      bytes += to - from;
      frames.release();
    }

    /** Publishes metrics; returns the number of bytes that the subscriber received. */
    long publish(List<Metric> metrics) {
      long before = bytes;
      subscriber.publish(metrics);
      return bytes - before;
    }

    @Override
    public void close() {
      subscriber.close();
    }
  }

  /** Replays and prints; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    List<List<Metric>> recording = recording(Arguments.parse(USAGE, args)).seconds();
    System.out.printf(
        Locale.ROOT,
        "%d seconds, %d series, %.0f %% of the samples are unchanged%n",
        recording.size(),
        recording.get(0).size(),
        100 * unchanged(recording));
    List<List<Metric>> publications = ReplayedHosts.publications(recording);
    System.out.println("                    bytes per sample   of the first   us per publication");
    for (MessageForm form : MessageForm.values()) {
      measure(form, publications);
    }
  }

  private static void measure(MessageForm form, List<List<Metric>> publications) {
    try (Stream stream = new Stream(form)) {
      long first = stream.publish(publications.get(0));
      long bytes = 0;
      for (List<Metric> each : publications.subList(1, publications.size())) {
        bytes += stream.publish(each);
      }
      replay(stream, publications);
      long startNanos = System.nanoTime();
      replay(stream, publications);
      double nanos = System.nanoTime() - startNanos;
      System.out.printf(
          Locale.ROOT,
          "%-20s %15.2f %14.1f %20.0f%n",
          form.title(),
          (double) bytes / (publications.size() - 1) / ReplayedHosts.SERIES,
          (double) first / ReplayedHosts.SERIES,
          nanos / MICROS / REPLAYS / publications.size());
    }
  }

  private static void replay(Stream stream, List<List<Metric>> publications) {
    for (int i = 0; i < REPLAYS; i++) {
      publications.forEach(stream::publish);
    }
  }

  /** Returns the kept recording, or a new one, which it stores if requested. */
  private static SampleRecording recording(Arguments arguments) throws Exception {
    int seconds = arguments.integer("record", 0);
    if (seconds == 0) {
      return ReplayedHosts.keptRecording();
    }
    SampleRecording recording = SampleRecorder.record(seconds);
    String file = arguments.text("save", "");
    if (!file.isEmpty()) {
      recording.write(Files.newOutputStream(Path.of(file)));
    }
    return recording;
  }

  private static double unchanged(List<List<Metric>> recording) {
    Map<String, Double> previous = new HashMap<>();
    long unchanged = 0;
    long total = 0;
    for (List<Metric> second : recording) {
      for (Metric each : second) {
        Double before = previous.put(each.name() + each.tags(), each.value());
        unchanged += before != null && before == each.value() ? 1 : 0;
        total++;
      }
    }
    return (double) unchanged / total;
  }
}
