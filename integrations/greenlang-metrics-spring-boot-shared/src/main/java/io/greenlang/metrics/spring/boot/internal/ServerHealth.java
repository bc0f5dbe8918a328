package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.spring.boot.MetricsServerLifecycle;
import io.greenlang.metrics.websocket.ServerStats;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The health of the server, for the health types of both generations of Spring Boot.
 *
 * @param status {@code UP}; {@code DEGRADED} while Redis is unavailable; {@code DOWN} if the port
 *     of its own is closed; {@code UNKNOWN} if no container serves it, as in tests without a web
 *     server. Spring Boot ignores {@code DEGRADED} and {@code UNKNOWN} for the health of the
 *     application, which works without Redis
 * @param details the numbers of clients and instances, and the broker's problem
 */
public record ServerHealth(String status, Map<String, Object> details) {

  /** Returns the current health. */
  public static ServerHealth of(MetricsServerLifecycle lifecycle) {
    ServerStats stats = lifecycle.server().stats();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("clients", stats.connectedClients());
    details.put("instances", stats.broker().activeInstances());
    String problem = stats.broker().problem();
    if (problem != null) {
      details.put("problem", problem);
    }
    if (!stats.running()) {
      return new ServerHealth(lifecycle.hasOwnPort() ? "DOWN" : "UNKNOWN", details);
    }
    return new ServerHealth(problem == null ? "UP" : "DEGRADED", details);
  }
}
