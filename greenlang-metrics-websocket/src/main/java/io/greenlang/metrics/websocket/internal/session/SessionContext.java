package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import java.util.concurrent.Executor;

/** The objects that all sessions of a server share. */
record SessionContext(
    MetricsHub hub,
    MetricsClock clock,
    TokenValidator tokens,
    SessionSettings settings,
    MessageRateLimiters messageLimiters,
    Executor workers,
    ServerCounters counters,
    SessionRegistry registry) {}
