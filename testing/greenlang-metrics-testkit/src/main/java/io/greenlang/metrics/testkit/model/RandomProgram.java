package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A random program of publishers, instances and clients, determined by its seed. Publishers send
 * samples out of order, late and early. Clients read at their own pace, lag, disconnect, resume,
 * and request history. In the end, each client must have received what the model computes.
 */
public final class RandomProgram {

  private static final Channel CHANNEL = Channel.WORKFLOW;
  private static final Set<String> DERIVED_FROM = Set.of("duration", "workflow.duration");
  private static final long START = 1_700_000_000_000L;

  /** A client, and where it started. */
  private record Run(WireClient client, long startOffset, long headOffset, long fromMillis) {}

  private final Random random;
  private final RandomViews views;
  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final SharedLog log = new SharedLog();
  private final List<ModelInstance> instances = new ArrayList<>();
  private final List<PublishedSample> samples = new ArrayList<>();
  private final List<Run> runs = new ArrayList<>();
  private final Map<Tags, Double> totals = new HashMap<>();

  private RandomProgram(long seed) {
    this.random = new Random(seed);
    this.views = new RandomViews(random, CHANNEL.name());
    long feedBytes = List.of(2_000L, 8_000L, 1_000_000L).get(random.nextInt(3));
    ChannelLimits limits = new ChannelLimits(feedBytes, 1_000);
    int count = random.nextInt(3) == 0 ? 3 : 1;
    for (int i = 0; i < count; i++) {
      instances.add(new ModelInstance(CHANNEL, log, clock, limits));
    }
  }

  /**
   * Runs the program of a seed.
   *
   * @return the number of times that a client was lapped
   * @throws AssertionError with the first difference
   */
  public static long run(long seed) {
    RandomProgram program = new RandomProgram(seed);
    program.runAll();
    return program.instances.stream().mapToLong(ModelInstance::laps).sum();
  }

  private void runAll() {
    for (int i = random.nextInt(3); i >= 0; i--) {
      attach();
    }
    for (int step = 10 + random.nextInt(30); step > 0; step--) {
      step();
    }
    finish();
  }

  private void step() {
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4 -> publish();
      case 5 -> {
        for (int i = random.nextInt(12); i > 0; i--) {
          publish();
        }
      }
      case 6, 7, 8 -> advanceClock();
      case 9 -> attach();
      case 10 -> toggle();
      case 11 -> requireHistory();
      case 12 -> restart();
      default -> runs.get(random.nextInt(runs.size())).client().readSome(random);
    }
  }

  private ModelInstance anyInstance() {
    return instances.get(random.nextInt(instances.size()));
  }

  private void publish() {
    List<PublishedSample> publication = new ArrayList<>();
    long now = clock.wallTimeMillis();
    for (int i = random.nextInt(5); i >= 0; i--) {
      List<Double> observations = observations();
      Metric metric = metric(observations).withTimestamp(Instant.ofEpochMilli(timestamp(now)));
      boolean isCounter = metric.type().name().equals("counter");
      publication.add(
          new PublishedSample(
              isCounter ? metric.withTimestamp(Instant.ofEpochMilli(now)) : metric,
              metric.detail() == null ? List.of(metric.value()) : observations,
              log.offset() + 1,
              now));
    }
    log.append(CHANNEL, now, publication.stream().map(PublishedSample::metric).toList());
    samples.addAll(publication);
    for (ModelInstance instance : instances) {
      if (instances.size() == 1 || random.nextInt(4) > 0) {
        instance.deliver(log.offset());
      }
    }
  }

  /** Returns the time of a source whose clock is slightly slow or fast, and sometimes wrong. */
  private long timestamp(long now) {
    return switch (random.nextInt(12)) {
      case 0 -> now + random.nextInt(10_000) - 5_000;
      case 1, 2, 3, 4 -> now - random.nextInt(400);
      default -> now;
    };
  }

  private List<Double> observations() {
    int count = random.nextInt(40) == 0 ? 200 : 1 + random.nextInt(5);
    List<Double> observations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      observations.add(observation());
    }
    return observations;
  }

  private double observation() {
    return switch (random.nextInt(12)) {
      case 0 -> 0;
      case 1 -> -random.nextInt(1000) / 8.0;
      case 2 -> Math.exp(4 * random.nextGaussian());
      default -> random.nextInt(100_000) / 8.0;
    };
  }

  private Metric metric(List<Double> observations) {
    Tags tags = Tags.of("host", "h" + random.nextInt(3), "zone", "z" + random.nextInt(2));
    double value = observations.get(0);
    double[] values = observations.stream().mapToDouble(Double::doubleValue).toArray();
    return switch (random.nextInt(6)) {
      case 0 -> Metric.gauge(CHANNEL, "load.level", value, tags);
      case 1 -> Metric.counter(CHANNEL, "calls", total(tags), tags);
      case 2 -> Metric.histogram(CHANNEL, "took", value, tags);
      case 3 -> Metric.histogram(CHANNEL, "duration", value, tags);
      case 4 -> Metric.distribution(CHANNEL, "took", Distribution.of(values), tags);
      default -> Metric.distribution(CHANNEL, "duration", Distribution.of(values), tags);
    };
  }

  private double total(Tags tags) {
    return totals.merge(tags, (double) random.nextInt(100), Double::sum);
  }

  /** Advances the clock. An instance has at most a few publications to receive before. */
  private void advanceClock() {
    long millis = List.of(0, 1, 20, 300, 300, 1_000, 7_000, 40_000).get(random.nextInt(8));
    if (millis > 300 || log.offset() - minDelivered() > 20) {
      instances.forEach(instance -> instance.deliver(log.offset()));
    }
    clock.advance(Duration.ofMillis(millis));
    for (ModelInstance instance : instances) {
      if (random.nextBoolean()) {
        instance.deliver(log.offset());
      }
      if (random.nextBoolean()) {
        instance.tick();
      }
    }
  }

  private long minDelivered() {
    return instances.stream().mapToLong(ModelInstance::delivered).min().orElseThrow();
  }

  private void attach() {
    if (runs.size() >= 4) {
      return;
    }
    ModelInstance instance = anyInstance();
    instance.tick();
    View view = views.next();
    boolean latest = random.nextInt(3) == 0;
    Map<String, Object> start = new LinkedHashMap<>();
    if (latest) {
      start.put("latest", true);
    }
    long from = Long.MIN_VALUE;
    if (random.nextInt(3) == 0) {
      from = from();
      start.put("since", Instant.ofEpochMilli(from).toString());
    }
    WireClient client = WireClient.open(view, instance, start);
    if (from != Long.MIN_VALUE) {
      ReceivedMessages.require(
          Boolean.TRUE.equals(client.recovered()), "%s: since %s was not recovered", view, from);
    }
    Run run = new Run(client, client.position().offset(), instance.delivered(), from);
    if (latest || from != Long.MIN_VALUE) {
      client.readAll();
    }
    if (latest) {
      requireLatest(run, instance);
    }
    runs.add(run);
  }

  /** Returns a time to start from; often just when a sample counts. */
  private long from() {
    long now = clock.wallTimeMillis();
    return samples.isEmpty() || random.nextBoolean()
        ? now - random.nextInt(60_000)
        : samples.get(random.nextInt(samples.size())).foldMillis() + random.nextInt(2);
  }

  /** Checks the latest values at the start, and removes them from what the client received. */
  private void requireLatest(Run run, ModelInstance instance) {
    List<Map<String, Object>> messages = run.client().messages();
    List<Map<String, Object>> first = new ArrayList<>();
    while (!messages.isEmpty() && !messages.get(0).containsKey("replayed")) {
      first.add(messages.remove(0));
    }
    View view = run.client().view();
    Interval interval = view.interval();
    long from = run.fromMillis() == Long.MIN_VALUE ? Long.MAX_VALUE : run.fromMillis();
    long closed = Long.MAX_VALUE;
    if (interval != null) {
      from = from == Long.MAX_VALUE ? from : interval.windowStart(from);
      closed = interval.windowStart(instance.watermarkMillis() - PublishedSample.GRACE_MILLIS);
    }
    long before = closed;
    List<PublishedSample> known =
        known(instance).stream().filter(sample -> sample.foldMillis() < before).toList();
    try {
      check(view, first).requireLatestFirst(known, from);
    } catch (AssertionError e) {
      throw new AssertionError(view + ": " + e.getMessage(), e);
    }
    run.client().discard(first.size());
  }

  private StreamCheck check(View view, List<Map<String, Object>> messages) {
    return new StreamCheck(view, new Expectations(view, DERIVED_FROM), samples, messages);
  }

  private List<PublishedSample> known(ModelInstance instance) {
    return samples.stream().filter(sample -> sample.offset() <= instance.delivered()).toList();
  }

  private void toggle() {
    WireClient client = runs.get(random.nextInt(runs.size())).client();
    if (client.isConnected()) {
      client.readSome(random);
      client.disconnect();
    } else {
      client.resume(anyInstance());
    }
  }

  private void requireHistory() {
    ModelInstance instance = anyInstance();
    instance.tick();
    View view = views.nextHistory();
    long from = clock.wallTimeMillis() - random.nextInt(120_000);
    long to = from + random.nextInt(120_000);
    Expectations expectations = new Expectations(view, DERIVED_FROM);
    try {
      new HistoryCheck(view, expectations, random).require(instance, known(instance), from, to);
    } catch (AssertionError e) {
      throw new AssertionError(view + ": " + e.getMessage(), e);
    }
  }

  /** Restarts an instance; its clients resume later. Clients that cannot resume prevent it. */
  private void restart() {
    boolean canDisconnect = runs.stream().allMatch(run -> run.client().view().resume());
    if (canDisconnect) {
      runs.forEach(run -> run.client().disconnect());
      anyInstance().restart();
    }
  }

  private void finish() {
    instances.forEach(instance -> instance.deliver(log.offset()));
    clock.advance(Duration.ofMinutes(11));
    instances.forEach(ModelInstance::tick);
    for (Run run : runs) {
      if (!run.client().isConnected()) {
        run.client().resume(anyInstance());
      }
      run.client().readAll();
      requireAll(run);
    }
    requireHistory();
  }

  private void requireAll(Run run) {
    View view = run.client().view();
    Interval interval = view.interval();
    StreamCheck check = check(view, run.client().messages());
    try {
      if (interval == null) {
        long until = Math.min(run.headOffset(), run.client().firstResumedFrom());
        check.requireSamples(run.startOffset(), until, run.fromMillis());
      } else {
        long closed = clock.wallTimeMillis() - PublishedSample.GRACE_MILLIS;
        check.requireWindows(run.startOffset(), interval.windowStart(closed));
      }
    } catch (AssertionError e) {
      throw new AssertionError(view + ": " + e.getMessage(), e);
    }
  }
}
