package io.greenlang.metrics.redis.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.redis.internal.support.Keys;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

public final class PublicationCodecTest {

  private static final long SEED = 20_261_123;
  private static final Channel CHANNEL = new Channel("orders.metrics");

  /** Returns random metrics of all kinds. */
  public static List<Metric> metrics(long seed, Channel channel) {
    Random random = new Random(seed);
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(40); i++) {
      Tags tags =
          switch (random.nextInt(3)) {
            case 0 -> Tags.empty();
            case 1 -> Tags.of("région", "Ålesund 🚢", "host", "web-" + random.nextInt(3));
            default -> Tags.of("host", "", "x", "y".repeat(Tags.MAX_VALUE_LENGTH));
          };
      MetricType type =
          switch (random.nextInt(4)) {
            case 0 -> MetricType.COUNTER;
            case 1 -> MetricType.HISTOGRAM;
            case 2 -> new MetricType("own_type");
            default -> MetricType.GAUGE;
          };
      metrics.add(
          new Metric(
              channel,
              "größe." + random.nextInt(5),
              type,
              random.nextBoolean() ? random.nextGaussian() * 1e9 : -0.0,
              Instant.ofEpochMilli(random.nextLong(-60_000_000_000_000L, 200_000_000_000_000L)),
              tags,
              detail(type, random)));
    }
    return metrics;
  }

  private static @Nullable SampleDetail detail(MetricType type, Random random) {
    if (random.nextBoolean()) {
      return null;
    } else if (type.equals(MetricType.HISTOGRAM)) {
      return Distribution.of(random.doubles(1 + random.nextInt(30), -5, 1e6).toArray());
    }
    return type.equals(MetricType.COUNTER)
        ? new CounterStart(Instant.ofEpochMilli(random.nextLong() >> 20))
        : null;
  }

  @Test
  void unpack_packed_isEqual() throws MalformedDataException {
    for (int i = 0; i < 500; i++) {
      List<Metric> metrics = metrics(SEED + i, CHANNEL);
      assertThat(PublicationCodec.unpack(CHANNEL, PublicationCodec.pack(metrics)))
          .isEqualTo(metrics);
    }
  }

  @Test
  void unpack_truncatedAnywhere_isMalformed() {
    byte[] packed = PublicationCodec.pack(metrics(SEED, CHANNEL));
    for (int length = 0; length < packed.length; length++) {
      byte[] cut = Arrays.copyOf(packed, length);
      assertThatExceptionOfType(MalformedDataException.class)
          .isThrownBy(() -> PublicationCodec.unpack(CHANNEL, cut));
    }
  }

  /** Arbitrary bytes are decoded or rejected, without any other exception. */
  @Test
  void unpack_changedBytes_succeedsOrIsMalformed() {
    Random random = new Random(SEED);
    int rejected = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] packed = PublicationCodec.pack(metrics(i % 50, CHANNEL));
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        packed[random.nextInt(packed.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(PublicationCodec.unpack(CHANNEL, packed)).isNotEmpty();
      } catch (MalformedDataException e) {
        rejected++;
      }
    }
    assertThat(rejected).isGreaterThan(10_000);
  }

  @Test
  void unpack_impossibleCounts_isMalformed() {
    byte[] huge = {1, -1, -1, -1, -1, 7};
    byte[] endless = {1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    byte[] none = {1, 0};
    for (byte[] each : List.of(huge, endless, none, new byte[0], new byte[] {2, 1})) {
      assertThatExceptionOfType(MalformedDataException.class)
          .isThrownBy(() -> PublicationCodec.unpack(CHANNEL, each));
    }
  }

  @Test
  void read_changedMessage_succeedsOrIsMalformed() {
    Random random = new Random(SEED);
    byte[] message = Keys.bytes("G1 e 5 6 7 8 node 2\n1 1 3\nabc2 2 2\nde");
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] changed = message.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(128);
      try {
        read += LogMessage.read(changed).entries().size();
      } catch (MalformedDataException e) {
        read++;
      }
    }
    assertThat(read).isGreaterThan(50_000);
  }

  @Test
  void unpack_unsupportedVersion_namesVersion() {
    byte[] packed = PublicationCodec.pack(metrics(SEED, CHANNEL));
    packed[0] = 2;
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> PublicationCodec.unpack(CHANNEL, packed))
        .withMessage("a publication has version 2, but only version 1 is supported");
  }

  @Test
  void unpack_unknownDetail_namesItsKind() {
    Instant time = Instant.ofEpochMilli(0);
    Metric counter = Metric.counter(CHANNEL, "a", 1, Tags.empty()).withTimestamp(time);
    byte[] packed = PublicationCodec.pack(List.of(counter.startedAt(time)));
    packed[packed.length - 2] = 4; // the kind is followed by the start
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> PublicationCodec.unpack(CHANNEL, packed))
        .withMessageContaining("a sample's detail has unknown kind 4");
  }

  @Test
  void unpack_unknownType_namesIt() {
    Metric gauge = Metric.gauge(CHANNEL, "a", 1, Tags.empty()).withTimestamp(Instant.EPOCH);
    byte[] packed = PublicationCodec.pack(List.of(gauge));
    packed[4] = 5; // version, count, length of the name, name, type
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> PublicationCodec.unpack(CHANNEL, packed))
        .withMessageContaining("unknown type 5");
  }

  @Test
  void unpack_distributionWithSumBeyondRange_keepsMean() throws MalformedDataException {
    Distribution distribution = Distribution.of(1.7e308, 1.7e308, 1.7e308);
    Metric metric =
        Metric.distribution(CHANNEL, "a", distribution, Tags.empty()).withTimestamp(Instant.EPOCH);
    byte[] packed = PublicationCodec.pack(List.of(metric));
    SampleDetail detail = PublicationCodec.unpack(CHANNEL, packed).get(0).detail();
    assertThat(detail).isEqualTo(distribution);
    assertThat(((Distribution) Objects.requireNonNull(detail)).mean()).isEqualTo(1.7e308);
  }
}
