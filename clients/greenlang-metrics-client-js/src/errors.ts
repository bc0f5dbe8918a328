/** The error codes of the client. The server adds its own, such as `UNKNOWN_CHANNEL`. */
export type MetricErrorCode =
  /** The socket failed to open, or the connection was lost. */
  | 'CONNECTION'
  /** No `welcome` arrived in time. The server is slow, or it is not a metrics server. */
  | 'NO_WELCOME'
  /** A frame was malformed. */
  | 'MALFORMED'
  /** The MessagePack decoder failed to load. The client reconnects. */
  | 'DECODER'
  /** The token function failed, timed out, or returned a value that is not a token. */
  | 'TOKEN'
  /** The server did not reply in time. */
  | 'TIMEOUT'
  /** The application called `disconnect`. */
  | 'CLOSED'
  /** The client gave up. The message gives the reason. */
  | 'FAILED';

/** An error of the client or the server: a message for people and a code for programs. */
export class MetricError extends Error {
  override readonly name = 'MetricError';

  constructor(
    /** The cause: one of the client's codes, or the server's. */
    readonly code: MetricErrorCode | (string & {}),
    message: string,
    /** The WebSocket close code, if the error closed a connection. */
    readonly closeCode?: number,
    /** The time after which the refused command can succeed, in milliseconds, if the server named it. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
