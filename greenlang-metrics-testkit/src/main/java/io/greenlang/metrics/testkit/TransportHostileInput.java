package io.greenlang.metrics.testkit;

/**
 * Something that a client should not send, and what comes of it.
 *
 * @param what it is
 * @param outcome {@code close} and a code, or the code of the error, or the type of the answer
 * @param bytes what goes over the socket
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record TransportHostileInput(String what, String outcome, byte[] bytes) {

  /** Whether it ends the connection. */
  public boolean closes() {
    return outcome.startsWith("close");
  }

  /** What a test report shows. */
  @Override
  public String toString() {
    return what + ": " + outcome;
  }
}
