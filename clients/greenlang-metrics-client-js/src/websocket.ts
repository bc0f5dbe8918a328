/** The required part of the WebSocket API. The WebSockets of browsers, Node and the npm package `ws` all provide it. */
export interface WebSocketLike {
  /** The client sets it to `arraybuffer`. */
  binaryType: string;
  /** Called when the connection is open. */
  onopen: ((event: any) => void) | null;
  /** Called with each message in `data`. */
  onmessage: ((event: any) => void) | null;
  /** Called with `code` and `reason`. */
  onclose: ((event: any) => void) | null;
  /** Called before `onclose` if the connection failed. */
  onerror: ((event: any) => void) | null;
  /** Sends a text message. */
  send(data: string): void;
  /** Closes the connection. */
  close(code?: number, reason?: string): void;
}

/** The constructor of a WebSocket. */
export interface WebSocketConstructor {
  /** Opens a connection. */
  new (url: string, protocols?: string[]): WebSocketLike;
}
