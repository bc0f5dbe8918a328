package io.greenlang.metrics.testkit;

/** What a transport can do beyond what every transport must. */
public enum TransportCapability {
  /** Refuses with HTTP 401 and 403 before the upgrade. */
  REAL_STATUS,
  /** Takes only the exact spelling of the WebSocket's path, and answers 404 to any other. */
  EXACT_PATH,
  /** Answers 426 to a WebSocket version that it does not speak, and to no upgrade at all. */
  UPGRADE_REQUIRED,
  /** Serves many requests of one connection before one of them is the upgrade. */
  PIPELINING,
  /** Cuts a connection that does not get as far as a request. */
  REQUEST_DEADLINE,
  /** Listens on a port of its own, which is free again after a stop. */
  OWN_PORT,
  /** Ends a message whose fragments do not. */
  MESSAGE_DEADLINE,
  /** Tells every client, on a stop, that the server goes away. */
  GOING_AWAY
}
