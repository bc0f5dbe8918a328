package io.greenlang.metrics.testkit.transport;

import io.greenlang.metrics.testkit.transport.connection.IdlePeerContract;
import io.greenlang.metrics.testkit.transport.stream.SlowConsumerContract;
import org.junit.jupiter.api.Timeout;

/**
 * The endurance suite of transports: idle connections, peers that vanish or stop reading, long
 * bursts of frames, and many disconnects at once. It mostly waits, so it may run in parallel with
 * the {@link TransportContract}.
 */
@Timeout(600)
public abstract class TransportEnduranceContract extends TransportSuite
    implements IdlePeerContract, SlowConsumerContract {}
