package io.greenlang.metrics.testkit;

/** One idea of the {@link TransportContract}. */
interface TransportContractPart {

  /** The server and clients of the test under way. */
  TransportRig rig();
}
