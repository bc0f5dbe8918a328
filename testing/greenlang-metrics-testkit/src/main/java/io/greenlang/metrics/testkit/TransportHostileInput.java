package io.greenlang.metrics.testkit;

/**
 * Something that a client should not send, and what comes of it.
 *
 * @param number its place among the {@link TransportHostileContract#THIRTY}
 * @param what it is
 * @param outcome what comes of it, in the words of {@link TransportOutcome}
 * @param attempt tries it
 */
record TransportHostileInput(int number, String what, String outcome, Attempt attempt) {

  /** Tries an input and tells, in the words of {@link TransportOutcome}, what came of it. */
  @FunctionalInterface
  interface Attempt {

    /** On the test's thread. */
    String on(TransportHostileTarget target) throws Exception;
  }

  /** Bytes that a client which has been welcomed sends. */
  static TransportHostileInput bytes(int number, String what, String outcome, byte[] bytes) {
    return new TransportHostileInput(number, what, outcome, target -> target.answerTo(bytes));
  }

  /** A handshake that brings these tokens, already decoded or not, in its query. */
  static TransportHostileInput query(int number, String what, String outcome, String query) {
    return new TransportHostileInput(number, what, outcome, target -> target.handshake(query));
  }
}
