package io.greenlang.metrics.aggregate;

import io.greenlang.metrics.MetricType;

/**
 * A factory for the aggregates of one metric type. An application registers one for its own type
 * with {@code MetricsHub.builder().aggregator(…)}; the three built-in aggregators are registered in
 * the same way. The test kit's {@code AggregatorContract} verifies that an implementation fulfils
 * this contract.
 *
 * <p>An aggregator runs on the threads that publish, while they hold their channel's lock, so it
 * must do no I/O and take no lock. If it fails, the hub leaves out the affected windows and nothing
 * else: samples are still published, and other types are unaffected. If it is slow, the hub
 * suspends it for one minute. A call that never returns blocks its channel forever, because no
 * thread can abort it. {@code HubStats.aggregatorFailures} counts both failures and slow calls, and
 * the log reports them at most once per minute.
 */
public interface Aggregator {

  /** Returns the metric type that this aggregator handles; always the same. */
  MetricType type();

  /** Returns a new aggregate without samples. Any thread. */
  Aggregate create();

  /**
   * Returns the aggregate that was {@linkplain Aggregate#pack packed}, possibly by an earlier
   * version of this aggregator on another machine. Any thread.
   *
   * @throws IllegalArgumentException if the bytes are not a packed aggregate
   */
  Aggregate unpack(byte[] packed);
}
