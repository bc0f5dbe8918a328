/** The service's own codes. The server's, such as `UNKNOWN_CHANNEL`, come beside them. */
export type MetricErrorCode =
  /** The socket could not be opened, or was lost. */
  | 'CONNECTION'
  /** Nobody said `welcome` in time: slow, or no metrics server. */
  | 'NO_WELCOME'
  /** A frame made no sense. */
  | 'MALFORMED'
  /** What reads MessagePack could not be loaded; the connection is tried again. */
  | 'DECODER'
  /** The token function failed, did not answer in time, or returned what is no token. */
  | 'TOKEN'
  /** The server did not answer in time. */
  | 'TIMEOUT'
  /** `disconnect` was called. */
  | 'CLOSED'
  /** Given up: see the message. */
  | 'FAILED';

/** What went wrong, in words for people and a code for programs. */
export class MetricError extends Error {
  override readonly name = 'MetricError';

  constructor(
    readonly code: MetricErrorCode | (string & {}),
    message: string,
    /** The WebSocket close code, where there was one. */
    readonly closeCode?: number,
  ) {
    super(message);
  }
}
