package io.greenlang.metrics.client.model;

import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A change of the connection: it opened, it was lost, an attempt failed, or it ended.
 *
 * @param state the new state
 * @param clientId the server's label for this client in its logs, while connected; otherwise null.
 *     It is not a credential
 * @param attempts the number of consecutive failed attempts
 * @param retryIn the time until the next attempt; null if none is scheduled
 * @param closeCode the WebSocket close code, if the server closed the connection
 * @param reason the reason for people; null if there is none
 */
public record ConnectionChange(
    ConnectionState state,
    @Nullable String clientId,
    int attempts,
    @Nullable Duration retryIn,
    OptionalInt closeCode,
    @Nullable String reason) {

  /** Returns whether the client is connected now. */
  public boolean isConnected() {
    return state == ConnectionState.CONNECTED;
  }
}
