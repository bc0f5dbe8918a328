package io.greenlang.metrics.testkit.transport;

import io.greenlang.metrics.testkit.transport.conformance.ConformanceContract;
import io.greenlang.metrics.testkit.transport.connection.AuthenticationContract;
import io.greenlang.metrics.testkit.transport.connection.ControlFrameContract;
import io.greenlang.metrics.testkit.transport.connection.ForwardedAddressContract;
import io.greenlang.metrics.testkit.transport.connection.FramingContract;
import io.greenlang.metrics.testkit.transport.connection.HandshakeContract;
import io.greenlang.metrics.testkit.transport.connection.HeartbeatContract;
import io.greenlang.metrics.testkit.transport.connection.LifecycleContract;
import io.greenlang.metrics.testkit.transport.connection.TokenContract;
import io.greenlang.metrics.testkit.transport.connection.TokenRefreshContract;
import io.greenlang.metrics.testkit.transport.hostile.HostileContract;
import io.greenlang.metrics.testkit.transport.stream.HistoryContract;
import io.greenlang.metrics.testkit.transport.stream.LimitContract;
import io.greenlang.metrics.testkit.transport.stream.MessageContract;
import io.greenlang.metrics.testkit.transport.stream.MetadataContract;
import io.greenlang.metrics.testkit.transport.stream.RateLimitContract;
import io.greenlang.metrics.testkit.transport.stream.ResubscribeContract;
import io.greenlang.metrics.testkit.transport.stream.SubscriptionContract;
import io.greenlang.metrics.testkit.transport.stream.VisibilityContract;
import org.junit.jupiter.api.Timeout;

/** The contract suite of transports: everything that each of them must do. */
@Timeout(300)
public abstract class TransportContract extends TransportSuite
    implements HandshakeContract,
        AuthenticationContract,
        ForwardedAddressContract,
        TokenContract,
        TokenRefreshContract,
        SubscriptionContract,
        ResubscribeContract,
        HistoryContract,
        VisibilityContract,
        MetadataContract,
        HeartbeatContract,
        RateLimitContract,
        LimitContract,
        FramingContract,
        ControlFrameContract,
        MessageContract,
        HostileContract,
        ConformanceContract,
        LifecycleContract {}
