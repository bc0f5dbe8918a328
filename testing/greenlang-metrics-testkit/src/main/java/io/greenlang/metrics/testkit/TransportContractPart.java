package io.greenlang.metrics.testkit;

/** One topic of the {@link TransportContract}. */
interface TransportContractPart {

  /** Returns the server and the clients of the current test. */
  TransportRig rig();
}
