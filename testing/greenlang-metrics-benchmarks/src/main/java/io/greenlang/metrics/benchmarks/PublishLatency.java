package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.channel.OpeningWork;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import io.greenlang.metrics.websocket.internal.session.CommandPrice;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Benchmark of the time that {@code publish} takes while clients subscribe and unsubscribe. It
 * prints the percentiles beside one client for each kind of subscription, and their ratio to those
 * of the same hub without the client. Each kind has its own hub, because a hub keeps windows and
 * groups for some time after their last reader. The maximum includes pauses of the garbage
 * collector and of the machine, so it needs an idle one. The ratios beside busy threads that do not
 * use the hub show what the machine alone does to a publisher.
 */
public final class PublishLatency {

  private static final String USAGE =
      """
      PublishLatency [options]
        --series n    series of the channel, each published once per second (100000)
        --batch n     metrics of a publication (100)
        --seconds n   duration of each measurement (15)
        --beside a,b  only these disturbances, in lower case (all)
        --limit n     tokens of the client per minute, as the server takes them for its commands;
                      0 for none, 1000 is the server's default (0)
      """;

  private static final Channel CHANNEL = new Channel("bench.metrics");
  private static final int HOSTS = 100;

  /** The subscriptions that one client requests in turn, by the number of the request. */
  private enum Disturbance {
    NOTHING(i -> view(Set.of(), null, null, null), StartPosition.NOW),
    /**
     * A thread that uses a processor, and not the hub: what the machine alone does to publishers.
     */
    BUSY(i -> view(Set.of(), null, null, null), StartPosition.NOW),
    /**
     * As many such threads as processors: what a publisher loses by waiting for a processor. A
     * subscription that takes long uses a thread for the client and others for the garbage.
     */
    ALL_BUSY(i -> view(Set.of(), null, null, null), StartPosition.NOW),
    WINDOWS(
        i ->
            view(
                Set.of("no.such.metric"),
                i % 2 == 0 ? Interval.ONE_SECOND : Interval.FIVE_SECONDS,
                null,
                null),
        StartPosition.NOW),
    FILTERS(i -> view(Set.of("*"), null, null, "host-" + i % HOSTS), StartPosition.NOW),
    PATTERNS(PublishLatency::patterns, StartPosition.NOW),
    LATEST(PublishLatency::patterns, StartPosition.LATEST),
    GROUP_BY(
        i -> view(Set.of("*", "x" + i), Interval.ONE_MINUTE, Set.of("host"), null),
        StartPosition.LATEST),
    /** One of each of these in turn. */
    MIXED(PublishLatency::mixed, StartPosition.LATEST);

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final IntFunction<Subscription> views;

    @SuppressWarnings("ImmutableEnumChecker") // positions are immutable
    private final StartPosition start;

    Disturbance(IntFunction<Subscription> views, StartPosition start) {
      this.views = views;
      this.start = start;
    }
  }

  private final List<List<Metric>> publications = new ArrayList<>();
  private final int series;
  private final int seconds;
  private final int tokensPerMinute;
  private final Set<Disturbance> disturbances;

  private PublishLatency(Arguments arguments) {
    this.tokensPerMinute = arguments.integer("limit", 0);
    this.disturbances = disturbances(arguments.text("beside", ""));
    int batch = arguments.integer("batch", 100);
    this.series = arguments.integer("series", 100_000);
    this.seconds = arguments.integer("seconds", 15);
    for (int from = 0; from < series; from += batch) {
      List<Metric> metrics = new ArrayList<>();
      for (int i = from; i < Math.min(series, from + batch); i++) {
        Tags tags = Tags.of("host", "host-" + i % HOSTS, "instance", "instance-" + i);
        metrics.add(Metric.gauge(CHANNEL, "requests.active", i, tags));
      }
      publications.add(metrics);
    }
  }

  private static Set<Disturbance> disturbances(String names) {
    if (names.isEmpty()) {
      return EnumSet.complementOf(EnumSet.of(Disturbance.NOTHING));
    }
    Set<Disturbance> disturbances = EnumSet.noneOf(Disturbance.class);
    for (String name : names.split(",", -1)) {
      disturbances.add(Disturbance.valueOf(name.toUpperCase(Locale.ROOT)));
    }
    return disturbances;
  }

  /** Runs the measurements in turn. */
  public static void main(String[] args) throws InterruptedException {
    PublishLatency benchmark = new PublishLatency(Arguments.parse(USAGE, args));
    System.out.printf(
        "%-10s %9s %9s %9s %9s %9s%n", "beside", "p50 µs", "p99 µs", "max ms", "GC ms", "requests");
    for (Disturbance disturbance : benchmark.disturbances) {
      benchmark.compare(disturbance);
    }
  }

  /** Measures a new hub without a client and then beside one. */
  private void compare(Disturbance disturbance) throws InterruptedException {
    try (MetricsHub hub = MetricsHub.builder().limits(new ChannelLimits(1 << 20, series)).build()) {
      hub.addChannel(CHANNEL.name());
      publish(hub); // compiles the code and fills the history
      LatencyHistogram undisturbed = measure(hub, Disturbance.NOTHING);
      LatencyHistogram disturbed = measure(hub, disturbance);
      System.out.printf(
          Locale.ROOT,
          "%10s p99 x %.2f, max %+.1f ms%n",
          "",
          disturbed.percentileMillis(0.99) / undisturbed.percentileMillis(0.99),
          disturbed.maxMillis() - undisturbed.maxMillis());
    }
  }

  private LatencyHistogram measure(MetricsHub hub, Disturbance disturbance)
      throws InterruptedException {
    Client client = new Client(hub, disturbance, tokensPerMinute);
    if (disturbance != Disturbance.NOTHING) {
      client.start();
    }
    long collectedBefore = collectionMillis();
    LatencyHistogram latencies = publish(hub);
    long collected = collectionMillis() - collectedBefore;
    client.end();
    System.out.printf(
        Locale.ROOT,
        "%-10s %9.0f %9.0f %9.1f %9d %9d%n",
        disturbance.name().toLowerCase(Locale.ROOT),
        1000 * latencies.percentileMillis(0.5),
        1000 * latencies.percentileMillis(0.99),
        latencies.maxMillis(),
        collected,
        client.requests);
    return latencies;
  }

  /** Returns the time for which the garbage collector has paused the application so far. */
  private static long collectionMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }

  /** Publishes every series once per second, evenly spread, and returns the time of each call. */
  private LatencyHistogram publish(MetricsHub hub) {
    LatencyHistogram latencies = new LatencyHistogram();
    long startNanos = System.nanoTime();
    for (int i = 0; i < seconds * publications.size(); i++) {
      long dueNanos = startNanos + i * (1_000_000_000L / publications.size());
      while (System.nanoTime() < dueNanos) {
        LockSupport.parkNanos(dueNanos - System.nanoTime());
      }
      long beforeNanos = System.nanoTime();
      hub.publish(publications.get(i % publications.size()));
      latencies.record((System.nanoTime() - beforeNanos) / 1000);
    }
    return latencies;
  }

  private static Subscription patterns(int request) {
    Set<String> names = new TreeSet<>(Set.of("x" + request));
    for (int i = 0; i < 127; i++) {
      names.add("z" + i + ".*");
    }
    return view(names, null, null, null);
  }

  private static Subscription mixed(int request) {
    List<Disturbance> kinds =
        List.of(
            Disturbance.WINDOWS,
            Disturbance.FILTERS,
            Disturbance.PATTERNS,
            Disturbance.LATEST,
            Disturbance.GROUP_BY);
    return kinds.get(request % kinds.size()).views.apply(request / kinds.size());
  }

  private static Subscription view(
      Set<String> names,
      @Nullable Interval interval,
      @Nullable Set<String> groupBy,
      @Nullable String host) {
    TreeSet<NamePattern> patterns = new TreeSet<>();
    names.forEach(name -> patterns.add(NamePattern.parse(name)));
    return new Subscription(
        CHANNEL,
        host == null ? TagFilter.ALL : TagFilter.of(Map.of("host", Set.of(host))),
        patterns,
        interval,
        groupBy == null ? null : new TreeSet<>(groupBy),
        Format.BATCH);
  }

  /** A client that subscribes, reads what precedes live metrics, and unsubscribes, repeatedly. */
  private static final class Client extends Thread {

    private final MetricsHub hub;
    private final Disturbance disturbance;
    private final MessageRateLimiters.Limiter limiter;
    private volatile boolean ended;
    private volatile int requests;

    Client(MetricsHub hub, Disturbance disturbance, int tokensPerMinute) {
      super("client");
      this.hub = hub;
      this.disturbance = disturbance;
      this.limiter =
          new MessageRateLimiters(tokensPerMinute, MetricsClock.system()).attach("client");
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void run() {
      if (disturbance == Disturbance.ALL_BUSY) {
        for (int i = 1; i < Runtime.getRuntime().availableProcessors(); i++) {
          new Thread(this::spin, "busy").start();
        }
      }
      if (disturbance == Disturbance.BUSY || disturbance == Disturbance.ALL_BUSY) {
        spin();
      }
      ChannelStream stream = Objects.requireNonNull(HubStreams.find(hub, CHANNEL));
      while (!ended) {
        Subscription view = disturbance.views.apply(requests);
        if (charge(view, stream)) {
          requests++;
          read(view, stream);
        }
      }
    }

    /** Takes the price of a subscription, as the server does, or waits until it is affordable. */
    private boolean charge(Subscription view, ChannelStream stream) {
      int passes = 1 + (disturbance.start.latest() ? 1 : 0) + (view.groupBy() == null ? 0 : 1);
      OpeningWork work = stream.expectedWork(view);
      int price =
          passes
              + view.names().size() / CommandPrice.PATTERNS_PER_TOKEN
              + CommandPrice.ofSeries(passes * work.comparedSeries(), work.resumedSeries());
      long waitNanos = limiter.tryCharge(price);
      long endNanos = System.nanoTime() + waitNanos;
      while (!ended && endNanos - System.nanoTime() > 0) {
        LockSupport.parkNanos(Math.min(10_000_000, endNanos - System.nanoTime()));
      }
      return waitNanos == 0;
    }

    private void read(Subscription view, ChannelStream stream) {
      FeedReader reader = stream.open(view, JsonFrameEncoder.INSTANCE, disturbance.start, null);
      while (reader.poll((frames, from, to, count) -> frames.release())
          == FeedReader.Progress.CATCH_UP_REQUIRED) {
        reader.catchUp((frames, from, to, count) -> frames.release());
      }
      reader.close();
    }

    private void spin() {
      while (!ended) {
        Thread.onSpinWait();
      }
    }

    void end() throws InterruptedException {
      ended = true;
      join();
    }
  }
}
