package io.greenlang.metrics.testkit.transport.hostile;

/**
 * A hostile input and the outcome that the contract expects.
 *
 * @param number the number of its kind in {@link HostileContract#INPUT_KINDS}
 * @param name a description of the input, unique within the suite
 * @param outcome the usual outcome, in the notation of {@code ConnectionOutcome}
 * @param attempt sends the input and observes the outcome
 */
record HostileInput(int number, String name, String outcome, Attempt attempt) {

  /** An attempt to harm the server with one input. */
  @FunctionalInterface
  interface Attempt {

    /**
     * Sends the input and returns the outcome in the notation of {@code ConnectionOutcome}. Runs on
     * the test's thread.
     */
    String run(HostileTarget target) throws Exception;
  }

  /** Returns an input of raw bytes, sent by a client that has received its welcome. */
  static HostileInput ofBytes(int number, String name, String outcome, byte[] bytes) {
    return new HostileInput(number, name, outcome, target -> target.outcomeOf(bytes));
  }

  /** Returns an input that is a handshake with the given raw query. */
  static HostileInput ofQuery(int number, String name, String outcome, String query) {
    return new HostileInput(number, name, outcome, target -> target.handshakeOutcome(query));
  }
}
