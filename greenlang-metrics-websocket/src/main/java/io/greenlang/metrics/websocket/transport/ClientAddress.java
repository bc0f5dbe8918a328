package io.greenlang.metrics.websocket.transport;

/**
 * The address of a client, as far as the server knows it.
 *
 * @param address the numeric address of the client, or of the last proxy that names none
 * @param port the port of the same. A proxy that names an address without a port has the port of
 *     its own connection, so that two clients of an address differ
 */
public record ClientAddress(String address, int port) {

  /** Returns the label of the client, as in {@link Connection#peer}. */
  public String label() {
    return Connection.label(address, port);
  }
}
