package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.spring.boot.MetricsServerLifecycle;
import io.greenlang.metrics.websocket.ServerStats;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** The Actuator endpoint {@code greenlangmetrics}, with the statistics of the server. */
@Endpoint(id = "greenlangmetrics")
public final class ServerStatsEndpoint {

  private final MetricsServerLifecycle lifecycle;

  /** Creates an endpoint. */
  public ServerStatsEndpoint(MetricsServerLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  /** Returns a snapshot of the server's state and counters. */
  @ReadOperation
  public ServerStats stats() {
    return lifecycle.server().stats();
  }
}
