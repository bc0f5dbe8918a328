package io.greenlang.metrics.client.internal.connection;

import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.model.ConnectionChange;
import io.greenlang.metrics.client.model.MetricsClientException;

/** The events of a connection, all on the event loop. */
public interface ConnectionEvents {

  /** Called when the server sends its welcome, before {@link #onState}. */
  void onWelcome();

  /**
   * Called for each message, also for the welcome.
   *
   * @param credit the frame in the read window; the caller releases its own hold after the call
   */
  void onMessage(ServerMessage message, ReadWindow.Credit credit);

  /** Called for each error that is not an answer to a command. */
  void onError(MetricsClientException error);

  /** Called after each change of the state. */
  void onState(ConnectionChange change);
}
