import type { MetricError } from './errors.js';
import type { Message } from './messages.js';
import type { ConnectionInfo } from './types.js';

/** The callbacks of a connection. */
export interface ConnectionEvents {
  /** Called when the socket can take commands: for a WebSocket when the server sends `welcome`, before `onState`. */
  onOpen(): void;
  onMessage(message: Message): void;
  onError(error: MetricError): void;
  onState(info: ConnectionInfo): void;
}
