package io.greenlang.metrics.testkit;

/**
 * A hostile input and the outcome that the contract expects.
 *
 * @param number the number of its kind in {@link TransportHostileContract#THIRTY}
 * @param what a description of the input, unique within the suite
 * @param outcome the usual outcome, in the notation of {@link TransportOutcome}
 * @param attempt sends the input and observes the outcome
 */
record TransportHostileInput(int number, String what, String outcome, Attempt attempt) {

  /** An attempt to harm the server with one input. */
  @FunctionalInterface
  interface Attempt {

    /**
     * Sends the input and returns the outcome in the notation of {@link TransportOutcome}. Runs on
     * the test's thread.
     */
    String on(TransportHostileTarget target) throws Exception;
  }

  /** Returns an input of raw bytes, sent by a client that has received its welcome. */
  static TransportHostileInput bytes(int number, String name, String outcome, byte[] bytes) {
    return new TransportHostileInput(number, name, outcome, target -> target.answerTo(bytes));
  }

  /** Returns an input that is a handshake with the given raw query. */
  static TransportHostileInput query(int number, String name, String outcome, String query) {
    return new TransportHostileInput(number, name, outcome, target -> target.handshake(query));
  }
}
