package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.auth.TokenCheck;
import java.util.concurrent.Executor;

/** The objects that all sessions of a server share. */
record SessionContext(
    MetricsHub hub,
    MetricsClock clock,
    TokenCheck tokens,
    SessionSettings settings,
    SenderBudgets senders,
    Executor workers,
    ServerCounters counters,
    SessionRegistry registry) {}
