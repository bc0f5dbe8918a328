package io.greenlang.metrics.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.jfr.JfrSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Benchmark of the source of JFR under an ordinary load: {@value #REQUESTS_PER_SECOND} requests per
 * second, which allocate, share a lock and throw exceptions at times. Phases in which a client
 * watches the channel alternate with phases in which none does. For each phase, it prints the CPU
 * time of the threads of the JVM's recorder, of those of the collector and the source, and that of
 * the whole process, as a share of a processor. The argument is the length of a phase in seconds,
 * 20 by default. Needs Linux.
 */
public final class JfrCost {

  private static final int REQUESTS_PER_SECOND = 1000;
  private static final int WORKERS = 8;
  private static final int ROUNDS = 3;
  private static final int BYTES_PER_REQUEST = 50_000;
  private static final Path THREADS = Path.of("/proc/self/task");

  /** The JVM's recorder, with its thread of a stream. */
  private static final List<String> RECORDER_THREADS = List.of("JFR");

  private static final List<String> SOURCE_THREADS = List.of("metric-coll", "jfr-");

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong work = new AtomicLong();
  private final Object lock = new Object();
  private volatile boolean watched;

  private JfrCost() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int seconds = args.length == 0 ? 20 : Integer.parseInt(args[0]);
    new JfrCost().run(seconds);
  }

  private void run(int seconds) throws IOException, InterruptedException {
    ScheduledExecutorService load = Executors.newScheduledThreadPool(WORKERS);
    long period = TimeUnit.SECONDS.toNanos(1) * WORKERS / REQUESTS_PER_SECOND;
    for (int i = 0; i < WORKERS; i++) {
      load.scheduleAtFixedRate(this::request, i * period / WORKERS, period, TimeUnit.NANOSECONDS);
    }
    try (MetricsHub hub = MetricsHub.create();
        JfrSource source = JfrSource.builder().idleLimit(Duration.ofSeconds(2)).build();
        MetricCollector collector =
            MetricCollector.builder(new Watched(hub)).source(source).build()) {
      collector.start();
      phase("warm-up", true, seconds);
      for (int round = 0; round < ROUNDS; round++) {
        phase("not watched", false, seconds);
        phase("watched", true, seconds);
      }
    } finally {
      load.shutdownNow();
    }
  }

  private void request() {
    byte[] answer = new byte[BYTES_PER_REQUEST];
    long number = requests.incrementAndGet();
    synchronized (lock) {
      for (int i = 0; i < answer.length; i += 7) {
        answer[i] = (byte) (number + i);
      }
    }
    try {
      if (number % 20 == 0) {
        throw new IllegalArgumentException("request " + number + " is invalid");
      }
      work.addAndGet(answer[7] & 1);
    } catch (IllegalArgumentException e) {
      work.addAndGet(String.valueOf(e.getMessage()).length());
    }
  }

  private void phase(String name, boolean isWatched, int seconds)
      throws IOException, InterruptedException {
    watched = isWatched;
    TimeUnit.SECONDS.sleep(5); // a recording starts, or ends after the idle limit
    long start = System.nanoTime();
    long recorderBefore = nanosOf(RECORDER_THREADS);
    long sourceBefore = nanosOf(SOURCE_THREADS);
    long processBefore = system.getProcessCpuTime();
    TimeUnit.SECONDS.sleep(seconds);
    double wall = System.nanoTime() - start;
    System.out.printf(
        Locale.ROOT,
        "%-14s: CPU of the recorder %.3f %%, of the collector and the source %.3f %%, of the"
            + " process %.2f %% of a core%n",
        name,
        100 * (nanosOf(RECORDER_THREADS) - recorderBefore) / wall,
        100 * (nanosOf(SOURCE_THREADS) - sourceBefore) / wall,
        100 * (system.getProcessCpuTime() - processBefore) / wall);
  }

  /** Returns the CPU time of the threads whose names begin with one of the prefixes. */
  private static long nanosOf(List<String> prefixes) throws IOException {
    long nanos = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        try {
          String name = Files.readString(thread.resolve("comm"));
          if (prefixes.stream().anyMatch(name::startsWith)) {
            String[] fields = Files.readString(thread.resolve("schedstat")).split(" ", 2);
            nanos += Long.parseLong(fields[0]);
          }
        } catch (NoSuchFileException ended) {
          // the thread ended after it was listed
        }
      }
    }
    return nanos;
  }

  /** A sink that a client watches, or not. */
  private final class Watched implements MetricSink {

    private final MetricSink hub;

    Watched(MetricSink hub) {
      this.hub = hub;
    }

    @Override
    public void publish(Collection<Metric> metrics) {
      hub.publish(metrics);
    }

    @Override
    public boolean isWatched(Channel channel) {
      return watched;
    }

    @Override
    public void describe(Collection<MetricDescription> descriptions) {
      hub.describe(descriptions);
    }
  }
}
