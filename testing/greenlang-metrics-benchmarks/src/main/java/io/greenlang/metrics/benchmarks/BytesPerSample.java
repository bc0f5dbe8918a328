package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.JvmMetricSource;
import io.greenlang.metrics.collectors.SystemMetricSource;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Benchmark of a batch in JSON, a batch in MessagePack, and columns: the bytes per sample, and the
 * time to publish. It records the collectors of the host and of this JVM once per second, while a
 * thread allocates and computes. The series of one recording are too few, so it is replayed as
 * several hosts, each shifted by some seconds: 1,000 series, in one publication per second.
 *
 * <p>The argument is the number of seconds to record, 120 by default.
 */
public final class BytesPerSample {

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

  /** Records, replays and prints. */
  public static void main(String[] args) throws Exception {
    int seconds = args.length == 0 ? 120 : Integer.parseInt(args[0]);
    List<List<Metric>> recording = record(seconds);
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

  private static List<List<Metric>> record(int seconds) throws Exception {
    MetricSource system = SystemMetricSource.create();
    MetricSource jvm = JvmMetricSource.create();
    Thread load = new Thread(BytesPerSample::load, "load");
    load.setDaemon(true);
    load.start();
    system.collect();
    List<List<Metric>> recording = new ArrayList<>();
    for (int second = -2; second < seconds; second++) {
      Thread.sleep(INTERVAL_MILLIS);
      List<Metric> collected = new ArrayList<>(system.collect());
      collected.addAll(jvm.collect());
      if (second >= 0) {
        recording.add(collected);
      }
    }
    return recording;
  }

  /** Allocates and computes about a third of the time. */
  private static void load() {
    byte[][] retained = new byte[5_000][];
    while (true) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      for (int i = 0; i < 2_000; i++) {
        retained[random.nextInt(retained.length)] = new byte[random.nextInt(4_000)];
      }
      try {
        Thread.sleep(random.nextInt(10));
      } catch (InterruptedException e) {
        return;
      }
    }
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
