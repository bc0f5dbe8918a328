package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.MessagePackFrameEncoder;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Benchmark of a batch in JSON, a batch in MessagePack, and columns: the bytes per sample, and the
 * time to publish. It replays a recording of the collectors of a host and of a JVM, which the
 * module keeps, so that runs on different machines agree. The series of one recording are too few,
 * so it is replayed as several hosts, each shifted by some seconds: 1,000 series, in one
 * publication per second.
 */
public final class BytesPerSample {

  private static final String USAGE =
      """
      BytesPerSample: measures the bytes per sample of batches and of columns.

        --record SECONDS   record the collectors of this machine, in place of the kept recording (0)
        --save FILE        store that recording (none)
        --help
      """;

  private static final String KEPT = "jvm-and-host.tsv.gz";
  private static final int SERIES = 1_000;
  private static final Channel CHANNEL = new Channel("bench.metrics");
  private static final int INTERVAL_MILLIS = 1_000;

  /** How often the recording is replayed to measure the time, after as often to warm up. */
  private static final int REPLAYS = 20;

  private static final double MICROS = 1e3;

  private BytesPerSample() {}

  /** A form of the messages. */
  private record Form(String name, FrameEncoder encoder, Format format) {}

  private static final List<Form> FORMS =
      List.of(
          new Form("JSON batch", JsonFrameEncoder.INSTANCE, Format.BATCH),
          new Form("MessagePack batch", MessagePackFrameEncoder.INSTANCE, Format.BATCH),
          new Form("columnar", MessagePackFrameEncoder.INSTANCE, Format.COLUMNAR));

  /** A hub with one subscriber, which counts the bytes of its frames, headers included. */
  private static final class Stream implements FrameSink, AutoCloseable {
    private final MetricsHub hub = MetricsHub.builder().retention(Retention.NONE).build();
    private final FeedReader reader;
    private long bytes;

    Stream(Form form) {
      hub.addChannel(CHANNEL.name());
      ChannelStream stream = Objects.requireNonNull(HubStreams.find(hub, CHANNEL));
      Subscription all = Subscription.ofChannel(CHANNEL);
      Subscription view =
          new Subscription(CHANNEL, all.tags(), all.names(), null, null, form.format());
      this.reader = stream.open(view, form.encoder(), StartPosition.NOW, null);
    }

    @Override
    public void write(SharedFrames frames, int from, int to, int count) {
      bytes += to - from;
      frames.release();
    }

    /** Publishes metrics; returns the number of bytes that the subscriber received. */
    long publish(List<Metric> metrics) {
      long before = bytes;
      hub.publish(metrics);
      while (reader.poll(this) == FeedReader.Progress.FRAMES) {
        // the sink counts
      }
      return bytes - before;
    }

    @Override
    public void close() {
      reader.close();
      hub.close();
    }
  }

  /** Replays and prints; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    List<List<Metric>> recording = recording(Arguments.parse(USAGE, args)).seconds();
    int seconds = recording.size();
    System.out.printf(
        Locale.ROOT,
        "%d seconds, %d series, %.0f %% of the samples are unchanged%n",
        seconds,
        recording.get(0).size(),
        100 * unchanged(recording));
    List<List<Metric>> publications = new ArrayList<>();
    for (int second = 0; second < seconds; second++) {
      publications.add(publication(recording, second));
    }
    System.out.println("                    bytes per sample   of the first   us per publication");
    for (Form form : FORMS) {
      measure(form, publications);
    }
  }

  private static void measure(Form form, List<List<Metric>> publications) {
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
          form.name(),
          (double) bytes / (publications.size() - 1) / SERIES,
          (double) first / SERIES,
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
      try (InputStream kept = BytesPerSample.class.getResourceAsStream(KEPT)) {
        return SampleRecording.read(Objects.requireNonNull(kept, KEPT + " is missing"));
      }
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

  /** Returns the samples of all hosts in one second. */
  private static List<Metric> publication(List<List<Metric>> recording, int second) {
    Instant time = Instant.ofEpochMilli(1_700_000_000_000L + (long) INTERVAL_MILLIS * second);
    List<Metric> metrics = new ArrayList<>();
    for (int host = 0; metrics.size() < SERIES; host++) {
      int shifted = (second + 7 * host) % recording.size();
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
