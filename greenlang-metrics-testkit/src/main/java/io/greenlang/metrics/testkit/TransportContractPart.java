package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assumptions.assumeThat;

/** One idea of the {@link TransportContract}. */
interface TransportContractPart {

  /** The server and clients of the test under way. */
  TransportRig rig();

  /** Goes on only if the transport can do that. */
  default void require(TransportCapability capability) {
    assumeThat(rig().can(capability)).as("capability %s", capability).isTrue();
  }
}
