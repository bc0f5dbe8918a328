package io.greenlang.metrics.redis.hub;

import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.redis.fixture.TestHubs;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A view that spans instances shows the same total of all of them on each instance. */
class MultiInstanceTest {

  private static final Channel CHANNEL = new Channel("requests");
  private static final int INSTANCES = 3;
  private static final int EACH = 10_000;
  private static final int ATTEMPTS = 10;

  /** The error bound of the sketch, plus an allowance for rounding. */
  private static final double ERROR_BOUND = 0.010001;

  private final ObjectMapper json = new ObjectMapper();
  private final RedisServer redis = RedisServer.start();
  private final List<MetricsHub> hubs = new ArrayList<>();

  @AfterEach
  void stop() {
    hubs.forEach(MetricsHub::close);
    redis.close();
  }

  /** Returns latencies that are 1, 10 or 100 times as long, depending on the instance. */
  private static double[] latencies(int instance, Random random) {
    double[] values = new double[EACH];
    for (int i = 0; i < EACH; i++) {
      values[i] = Math.pow(10, instance) * Math.exp(random.nextGaussian());
    }
    return values;
  }

  private static double exactPercentile(double[] sorted, double quantile) {
    return sorted[(int) Math.ceil(quantile * sorted.length) - 1];
  }

  private FeedReader open(MetricsHub hub) {
    Subscription base = Subscription.ofChannel(CHANNEL);
    Subscription grouped =
        new Subscription(
            CHANNEL,
            base.tags(),
            base.names(),
            Interval.FIVE_SECONDS,
            new TreeSet<>(List.of("service")),
            Format.METRIC);
    return Objects.requireNonNull(HubStreams.find(hub, CHANNEL))
        .open(grouped, JsonFrameEncoder.INSTANCE, StartPosition.NOW, null);
  }

  /** Publishes each observation as a sample, 500 at a time. */
  private static void publishObservations(MetricsHub hub, Tags tags, double[] values) {
    List<Metric> metrics = new ArrayList<>();
    for (double value : values) {
      metrics.add(new Metric(CHANNEL, "latency", MetricType.HISTOGRAM, value, null, tags));
      if (metrics.size() == 500) {
        hub.publish(metrics);
        metrics = new ArrayList<>();
      }
    }
    hub.publish(metrics);
  }

  /** Publishes the distributions of 500 observations each. */
  private static void publishDistributions(MetricsHub hub, Tags tags, double[] values) {
    for (int from = 0; from < values.length; from += 500) {
      double[] part = Arrays.copyOfRange(values, from, Math.min(from + 500, values.length));
      hub.publish(Metric.distribution(CHANNEL, "latency", Distribution.of(part), tags));
    }
  }

  /** Returns the windows of all observations: one, if the machine was fast enough. */
  private List<JsonNode> windows(FeedReader reader) {
    List<JsonNode> windows = new ArrayList<>();
    await()
        .atMost(TIMEOUT)
        .until(
            () -> {
              reader.poll((frames, from, to, count) -> read(frames, from, to, windows));
              return windows.stream().mapToLong(w -> w.get("count").asLong()).sum()
                  == (long) INSTANCES * EACH;
            });
    return windows;
  }

  private void read(SharedFrames frames, int from, int to, List<JsonNode> windows) {
    ByteBuffer bytes = frames.bytes().duplicate().position(from).limit(to);
    while (bytes.hasRemaining()) {
      bytes.get();
      int length = bytes.get();
      byte[] payload = new byte[length == 126 ? bytes.getShort() & 0xffff : length];
      bytes.get(payload);
      try {
        windows.add(json.readTree(payload));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    frames.release();
  }

  /**
   * Publishes all observations early in a window, and returns this window as each reader receives
   * it. A busy machine can take longer than the window lasts, so there is more than one attempt.
   */
  private List<JsonNode> publishInOneWindow(
      List<FeedReader> readers, List<double[]> values, boolean distributions) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      await().atMost(TIMEOUT).until(() -> System.currentTimeMillis() % 5_000 < 1_000);
      for (int i = 0; i < INSTANCES; i++) {
        Tags tags = Tags.of("service", "shop", "instance", "i" + i);
        if (distributions) {
          publishDistributions(hubs.get(i), tags, values.get(i));
        } else {
          publishObservations(hubs.get(i), tags, values.get(i));
        }
      }
      List<List<JsonNode>> received = readers.stream().map(this::windows).toList();
      if (received.stream().allMatch(each -> each.size() == 1)) {
        return received.stream().map(each -> each.get(0)).toList();
      }
    }
    throw new AssertionError("no attempt made all observations within one window");
  }

  @ParameterizedTest(name = "distributions: {0}")
  @ValueSource(booleans = {false, true})
  void groupedView_skewedInstances_streamsPooledPercentileOnEach(boolean distributions) {
    Random random = new Random(42);
    List<double[]> values = new ArrayList<>();
    List<FeedReader> readers = new ArrayList<>();
    for (int i = 0; i < INSTANCES; i++) {
      MetricsHub hub = TestHubs.start(redis.url());
      hub.addChannel(CHANNEL.name());
      hubs.add(hub);
      values.add(latencies(i, random));
      readers.add(open(hub));
    }
    double[] pooled = values.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    double meanOfPercentiles = 0;
    for (double[] each : values) {
      double[] sorted = each.clone();
      Arrays.sort(sorted);
      meanOfPercentiles += exactPercentile(sorted, 0.99) / INSTANCES;
    }
    double exact = exactPercentile(pooled, 0.99);
    assertThat(Math.abs(meanOfPercentiles / exact - 1))
        .as("an average of percentiles fails the same test")
        .isGreaterThan(ERROR_BOUND);
    List<JsonNode> windows = publishInOneWindow(readers, values, distributions);
    for (JsonNode window : windows) {
      assertThat(window.get("p99").asDouble()).isCloseTo(exact, within(ERROR_BOUND * exact));
      assertThat(window.get("p50").asDouble())
          .isCloseTo(
              exactPercentile(pooled, 0.5), within(ERROR_BOUND * exactPercentile(pooled, 0.5)));
      assertThat(window.get("p99")).isEqualTo(windows.get(0).get("p99"));
      assertThat(window.get("min").asDouble()).isEqualTo(pooled[0]);
      assertThat(window.get("max").asDouble()).isEqualTo(pooled[pooled.length - 1]);
      assertThat(window.get("timestamp")).isEqualTo(windows.get(0).get("timestamp"));
      assertThat(window.get("tags").toString()).isEqualTo("{\"service\":\"shop\"}");
    }
  }
}
