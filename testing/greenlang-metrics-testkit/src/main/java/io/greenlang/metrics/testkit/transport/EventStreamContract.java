package io.greenlang.metrics.testkit.transport;

import io.greenlang.metrics.testkit.transport.sse.SseHostileContract;
import io.greenlang.metrics.testkit.transport.sse.SseLifecycleContract;
import io.greenlang.metrics.testkit.transport.sse.SseLimitContract;
import io.greenlang.metrics.testkit.transport.sse.SseRequestContract;
import io.greenlang.metrics.testkit.transport.sse.SseResumeContract;
import io.greenlang.metrics.testkit.transport.sse.SseStreamContract;
import org.junit.jupiter.api.Timeout;

/** The contract suite of transports for server-sent events. */
@Timeout(300)
public abstract class EventStreamContract extends TransportSuite
    implements SseRequestContract,
        SseStreamContract,
        SseResumeContract,
        SseLimitContract,
        SseLifecycleContract,
        SseHostileContract {}
