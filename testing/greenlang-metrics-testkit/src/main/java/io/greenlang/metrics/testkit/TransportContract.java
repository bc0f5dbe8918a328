package io.greenlang.metrics.testkit;

import org.junit.jupiter.api.Timeout;

/** The contract suite of transports: everything that each of them must do. */
@Timeout(120)
public abstract class TransportContract extends TransportSuite
    implements TransportHandshakeContract,
        TransportAuthenticationContract,
        TransportTokenContract,
        TransportRefreshContract,
        TransportSubscriptionContract,
        TransportResubscribeContract,
        TransportPastContract,
        TransportVisibilityContract,
        TransportVitalityContract,
        TransportRateContract,
        TransportLimitContract,
        TransportFramingContract,
        TransportControlFrameContract,
        TransportMessageContract,
        TransportHostileContract,
        TransportLifecycleContract {}
