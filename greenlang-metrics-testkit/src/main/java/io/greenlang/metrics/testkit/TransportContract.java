package io.greenlang.metrics.testkit;

import org.junit.jupiter.api.Timeout;

/** What every transport must do. */
@Timeout(120)
public abstract class TransportContract extends TransportSuite
    implements TransportHandshakeContract,
        TransportAuthenticationContract,
        TransportTokenContract,
        TransportSubscriptionContract,
        TransportResubscribeContract,
        TransportVisibilityContract,
        TransportVitalityContract,
        TransportFramingContract,
        TransportControlFrameContract,
        TransportMessageContract,
        TransportHostileContract,
        TransportLifecycleContract {}
