package io.greenlang.metrics.jmx;

import io.greenlang.metrics.Channel;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.management.MBeanServerConnection;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** A builder of a {@link JmxSource}. Not thread-safe. */
public final class JmxSourceBuilder {

  private static final int MAX_SERIES = 100_000;
  private static final int MAX_THREADS = 64;

  MBeanServerConnection server = ManagementFactory.getPlatformMBeanServer();
  String name = "jmx";
  Channel channel = JmxSource.DEFAULT_CHANNEL;
  final List<ObjectName> included = new ArrayList<>();
  final List<ObjectName> excluded = new ArrayList<>();
  final List<JmxRule> rules = new ArrayList<>();
  Duration beanTimeout = Duration.ofSeconds(1);
  Duration refreshInterval = Duration.ofSeconds(10);
  int maxThreads = 4;
  int maxSeries = 5_000;

  JmxSourceBuilder() {}

  /**
   * Sets the server of the MBeans, which may be a remote one. If not set, it is the platform's
   * server of this JVM.
   */
  public JmxSourceBuilder server(MBeanServerConnection server) {
    this.server = Objects.requireNonNull(server, "server");
    return this;
  }

  /**
   * Sets the name of the source for logs and statistics, which is unique within a collector. If not
   * set, it is {@code jmx}.
   */
  public JmxSourceBuilder name(String name) {
    this.name = Objects.requireNonNull(name, "name");
    return this;
  }

  /**
   * Sets the channel that the source publishes on, and whose subscribers it depends on. If not set,
   * it is {@link JmxSource#DEFAULT_CHANNEL}.
   */
  public JmxSourceBuilder channel(Channel channel) {
    this.channel = Objects.requireNonNull(channel, "channel");
    return this;
  }

  /**
   * Adds MBeans. If this method is not called, the source reads all MBeans of the server.
   *
   * @param objectName a name or a pattern, such as {@code java.lang:type=MemoryPool,*}
   * @throws IllegalArgumentException if it is not an object name
   */
  public JmxSourceBuilder include(String objectName) {
    included.add(parse(objectName));
    return this;
  }

  /**
   * Leaves MBeans out, even if {@link #include} names them.
   *
   * @param objectName a name or a pattern, such as {@code com.example:*}
   * @throws IllegalArgumentException if it is not an object name
   */
  public JmxSourceBuilder exclude(String objectName) {
    excluded.add(parse(objectName));
    return this;
  }

  /**
   * Adds a rule. The first rule that matches a value applies, and values that no rule matches are
   * not read. Without rules, the source publishes every number as a gauge.
   */
  public JmxSourceBuilder rule(JmxRule rule) {
    rules.add(Objects.requireNonNull(rule, "rule"));
    return this;
  }

  /**
   * Sets how long an MBean may take for one collection. One that takes longer is left out until it
   * returns. If not set, it is 1 second.
   *
   * @throws IllegalArgumentException if it is not from 10 ms to 1 minute
   */
  public JmxSourceBuilder beanTimeout(Duration beanTimeout) {
    this.beanTimeout =
        require("beanTimeout", beanTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
    return this;
  }

  /**
   * Sets how often the source looks for new MBeans and attributes. If not set, it is every 10
   * seconds.
   *
   * @throws IllegalArgumentException if it is not from 100 ms to 1 day
   */
  public JmxSourceBuilder refreshInterval(Duration refreshInterval) {
    this.refreshInterval =
        require("refreshInterval", refreshInterval, Duration.ofMillis(100), Duration.ofDays(1));
    return this;
  }

  /**
   * Sets how many threads may be in MBeans that hang. If there are as many, the source leaves out
   * MBeans that never answered, and has two more threads for the others. If not set, it is 4.
   *
   * @throws IllegalArgumentException if it is not from 1 to 64
   */
  public JmxSourceBuilder maxThreads(int maxThreads) {
    this.maxThreads = require("maxThreads", maxThreads, 1, MAX_THREADS);
    return this;
  }

  /**
   * Sets how many series the source publishes. Series beyond that are discarded, counted and
   * logged; a series that was not seen for a minute is evicted. If not set, it is 5,000.
   *
   * @throws IllegalArgumentException if it is not from 1 to 100,000
   */
  public JmxSourceBuilder maxSeries(int maxSeries) {
    this.maxSeries = require("maxSeries", maxSeries, 1, MAX_SERIES);
    return this;
  }

  /** Returns a new source, which has not read anything yet. */
  public JmxSource build() {
    return new JmxSource(this);
  }

  private static ObjectName parse(String text) {
    try {
      return new ObjectName(text);
    } catch (MalformedObjectNameException e) {
      throw new IllegalArgumentException(
          "object name \""
              + text
              + "\" must have the form domain:key=value, such as java.lang:type=MemoryPool,*",
          e);
    }
  }

  private static <T extends Comparable<T>> T require(String name, T value, T min, T max) {
    Objects.requireNonNull(value, name);
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          name + " must be from " + min + " to " + max + ", but is " + value);
    }
    return value;
  }
}
