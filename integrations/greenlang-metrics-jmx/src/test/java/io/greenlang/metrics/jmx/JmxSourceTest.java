package io.greenlang.metrics.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricType;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The MBeans of the platform, with and without rules. */
@Timeout(180)
class JmxSourceTest {

  /** A timeout that is longer than any step takes. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final double MEGABYTE = 1024 * 1024;

  /** Returns a builder of a source that no pause of a busy machine lets leave out an MBean. */
  private static JmxSourceBuilder builder() {
    return JmxSource.builder().beanTimeout(Duration.ofMinutes(1));
  }

  @Test
  void platform_noRule_publishesEachNumberOnce() throws Exception {
    JmxSource source = builder().build();
    Collected collected = Collected.from(source);
    assertThat(collected.values()).hasSizeGreaterThan(100);
    assertThat(collected.metrics())
        .allMatch(metric -> metric.channel().equals(JmxSource.DEFAULT_CHANNEL))
        .allMatch(metric -> metric.type().equals(MetricType.GAUGE));
    assertThat(collected.names())
        .contains(
            "java.lang.Threading.ThreadCount",
            "java.lang.Memory.HeapMemoryUsage.used",
            "java.lang.MemoryPool.Usage.used",
            "java.lang.Runtime.Uptime");
    Collected.from(source);
    assertThat(source.stats().failures())
        .as("attributes without support are not failures")
        .isZero();
    assertThat(source.stats().series()).isGreaterThan(100);
  }

  @Test
  void composite_memory_equalsTheBean() throws Exception {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    JmxSource source = builder().include("java.lang:type=Memory").build();
    // A garbage collection between the two samples changes more.
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(Collected.from(source).value("java.lang.Memory.HeapMemoryUsage.used"))
                    .isCloseTo(
                        (double) memory.getHeapMemoryUsage().getUsed(), within(64 * MEGABYTE)));
    Collected collected = Collected.from(source);
    assertThat(collected.value("java.lang.Memory.HeapMemoryUsage.max"))
        .isEqualTo((double) memory.getHeapMemoryUsage().getMax());
    assertThat(collected.value("java.lang.Memory.Verbose")).isZero();
  }

  @Test
  void rule_poolsOfMemory_areNamedTaggedAndDescribed() throws Exception {
    JmxSource source =
        builder()
            .include("java.lang:type=MemoryPool,*")
            .channel(new Channel("pools.metrics"))
            .rule(
                JmxRule.matching("java.lang<type=MemoryPool, name=(.+)><Usage>(\\w+)")
                    .name("pool.$2")
                    .tag("pool", "$1")
                    .unit("By")
                    .description("Memory of a pool"))
            .build();
    Collected collected = Collected.from(source);
    assertThat(collected.names())
        .containsExactly("pool.committed", "pool.init", "pool.max", "pool.used");
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      assertThat(collected.value("pool.max", "pool", pool.getName()))
          .isEqualTo((double) pool.getUsage().getMax());
    }
    assertThat(source.descriptions())
        .contains(MetricDescription.of("pools.metrics", "pool.used", "By", "Memory of a pool"))
        .hasSize(4)
        .isSameAs(source.descriptions());
    assertThat(source.demandChannel()).isEqualTo(new Channel("pools.metrics"));
  }

  @Test
  void table_lastCollection_hasARowForEachPool() throws Exception {
    System.gc();
    JmxSource source =
        builder()
            .include("java.lang:type=GarbageCollector,*")
            .rule(
                JmxRule.matching("name=(.+), key=(.+)><LastGcInfo, memoryUsageAfterGc>used")
                    .name("gc.after")
                    .tag("gc", "$1")
                    .tag("pool", "$2"))
            .build();
    Collected collected = Collected.from(source);
    assertThat(collected.names()).containsExactly("gc.after");
    assertThat(collected.metrics()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(collected.metrics()).allMatch(metric -> metric.tags().size() == 2);
  }

  @Test
  void rules_firstThatMatches_applies() throws Exception {
    JmxSource source =
        builder()
            .include("java.lang:type=Threading")
            .include("java.lang:type=Runtime")
            .exclude("java.lang:type=Runtime,*")
            .rule(JmxRule.matching("TotalStarted").name("threads.started").counter())
            .rule(JmxRule.matching("Thread(Count)$").name("threads.$1").scale(1000))
            .rule(JmxRule.matching("Uptime").name("uptime"))
            .build();
    Collected collected = Collected.from(source);
    assertThat(collected.names()).contains("threads.started", "threads.Count");
    assertThat(collected.names()).doesNotContain("uptime");
    assertThat(collected.value("threads.Count")).isGreaterThanOrEqualTo(1000);
    assertThat(collected.metrics())
        .filteredOn(metric -> metric.name().equals("threads.started"))
        .singleElement()
        .matches(metric -> metric.type().equals(MetricType.COUNTER));
  }

  @Test
  void defaultName_quotedProperties_becomeTags() throws Exception {
    try (TestBeans beans = new TestBeans()) {
      beans.register(
          "my.shop:type=Pool,name=\"a,b=\\\"c\\\"\",node=one", Map.of("in use", () -> true));
      Collected collected = Collected.from(builder().include("my.shop:*").build());
      assertThat(collected.value("my.shop.Pool.in_use", "name", "a,b=\"c\"", "node", "one"))
          .isEqualTo(1);
    }
  }

  @Test
  @SuppressWarnings("BanJNDI") // the peer is this test
  void server_remote_isReadThroughItsConnection() throws Exception {
    MBeanServer platform = ManagementFactory.getPlatformMBeanServer();
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    JMXConnectorServer server =
        JMXConnectorServerFactory.newJMXConnectorServer(
            new JMXServiceURL("rmi", host, 0), null, platform);
    server.start();
    try (JMXConnector connector = JMXConnectorFactory.connect(server.getAddress())) {
      JmxSource source =
          builder()
              .server(connector.getMBeanServerConnection())
              .include("java.lang:type=ClassLoading")
              .build();
      assertThat(Collected.from(source).value("java.lang.ClassLoading.TotalLoadedClassCount"))
          .isGreaterThan(1000);
      server.stop();
      assertThat(Collected.from(source).metrics()).isEmpty();
      assertThat(source.stats().failures()).isPositive();
    }
  }

  @Test
  void rule_unknownGroup_isRejected() {
    assertThatThrownBy(() -> JmxRule.matching("a(b)").name("pool.$2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"pool.$2\" must refer to at most group 1 of the pattern a(b)");
    assertThatThrownBy(() -> JmxRule.matching("a").tag("pool", "$1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> JmxRule.matching("a").scale(Double.NaN))
        .hasMessageContaining("must be a finite number");
  }

  @Test
  void builder_invalidValue_isRejectedWithTheRange() {
    JmxSourceBuilder builder = JmxSource.builder();
    assertThatThrownBy(() -> builder.include("java.lang"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("object name \"java.lang\" must have the form domain:key=value");
    assertThatThrownBy(() -> builder.beanTimeout(Duration.ZERO))
        .hasMessageContaining("beanTimeout must be from PT0.01S to PT1M, but is PT0S");
    for (int invalid : List.of(0, 100_001)) {
      assertThatThrownBy(() -> builder.maxSeries(invalid)).hasMessageContaining("maxSeries");
    }
    assertThatThrownBy(() -> builder.maxThreads(65)).hasMessageContaining("from 1 to 64");
  }
}
