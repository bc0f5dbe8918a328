package io.greenlang.metrics.testkit;

import org.junit.jupiter.api.Timeout;

/**
 * What every transport must bear: silence, peers that are gone without a word or take nothing, a
 * long run of frames, and many ends at once. Mostly it waits, so it may run beside the {@link
 * TransportContract}.
 */
@Timeout(180)
public abstract class TransportEnduranceContract extends TransportSuite
    implements TransportQuietContract, TransportStallContract {}
