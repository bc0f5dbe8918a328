package io.greenlang.metrics.client.model;

/**
 * The registration of a listener.
 *
 * <pre>{@code
 * Registration registration = client.onMetric("system.metrics", metric -> show(metric));
 * registration.close();
 * }</pre>
 *
 * <p>Any thread may close it. An application that listens until the client is closed can ignore it.
 */
@FunctionalInterface
public interface Registration extends AutoCloseable {

  /**
   * Removes the listener. The client starts no further call of it; a call in progress continues.
   * Idempotent.
   */
  @Override
  void close();
}
