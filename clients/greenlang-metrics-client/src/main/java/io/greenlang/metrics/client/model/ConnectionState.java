package io.greenlang.metrics.client.model;

/** The states of the connection to the server. */
public enum ConnectionState {
  /** The application has not called {@code connect} yet. */
  IDLE,
  /** The first attempt to connect is in progress. */
  CONNECTING,
  /** The server has sent its welcome. */
  CONNECTED,
  /** The next attempt to connect is scheduled or in progress. */
  RECONNECTING,
  /**
   * The server rejected the client permanently, or all attempts are used up. {@code connect} starts
   * again.
   */
  FAILED,
  /** The application closed the client. The state is final. */
  CLOSED;

  /** Returns whether the connection has ended and the client does not reconnect by itself. */
  public boolean hasEnded() {
    return this == FAILED || this == CLOSED;
  }
}
