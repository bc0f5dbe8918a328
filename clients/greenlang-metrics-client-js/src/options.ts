import type { Logger, Options, Token, WebSocketConstructor } from './types.js';

/** Options with every default filled in. */
export interface Settings {
  baseMs: number;
  maxMs: number;
  maxAttempts: number;
  minUptimeMs: number;
  connectTimeoutMs: number;
  heartbeatTimeoutMs: number | undefined;
  bufferSize: number;
  resume: boolean;
  subprotocol: boolean;
  WebSocket: WebSocketConstructor | undefined;
  logger: Logger;
}

const SILENT: Logger = { warn() {}, error() {} };

/** Throws a `RangeError` that names the option, for what cannot be. */
export function settings(options: Options = {}): Settings {
  const { backoff = {}, tokenTransport = 'query' } = options;
  if (tokenTransport !== 'query' && tokenTransport !== 'subprotocol') {
    throw new RangeError(`tokenTransport is ${String(tokenTransport)}; it must be 'query' or 'subprotocol'`);
  }
  return {
    baseMs: positive('backoff.baseMs', backoff.baseMs, 1_000),
    maxMs: positive('backoff.maxMs', backoff.maxMs, 30_000),
    maxAttempts: positive('backoff.maxAttempts', backoff.maxAttempts, Infinity),
    minUptimeMs: positive('minUptimeMs', options.minUptimeMs, 5_000),
    connectTimeoutMs: positive('connectTimeoutMs', options.connectTimeoutMs, 10_000),
    heartbeatTimeoutMs: positive('heartbeatTimeoutMs', options.heartbeatTimeoutMs, undefined),
    bufferSize: positive('bufferSize', options.bufferSize, 1_000),
    resume: options.resume ?? true,
    subprotocol: tokenTransport === 'subprotocol',
    WebSocket: options.WebSocket,
    logger: options.logger === false ? SILENT : (options.logger ?? console),
  };
}

function positive<T extends number | undefined>(name: string, value: number | undefined, byDefault: T): number | T {
  if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
    throw new RangeError(`${name} is ${String(value)}; it must be a number, 0 or more`);
  }
  return value ?? byDefault;
}

/** The WebSocket address that a URL means. Throws a `TypeError` for what is none. */
export function webSocketUrl(url: string): URL {
  let parsed: URL | undefined;
  try {
    parsed = new URL(url, globalThis.location?.href);
    parsed.protocol = parsed.protocol.replace(/^http/, 'ws');
    parsed.hash = ''; // the WebSocket constructor throws on a fragment
  } catch {
    // told below, together with other schemes
  }
  if (!parsed || !/^wss?:$/.test(parsed.protocol)) {
    throw new TypeError(`${JSON.stringify(url)} is no WebSocket address; it must look like ws://localhost:8000/ws/metrics`);
  }
  return parsed;
}

/** Throws a `TypeError` for what can be no token. */
export function checkToken(token: unknown): Token {
  if (token !== null && typeof token !== 'string' && typeof token !== 'function') {
    throw new TypeError(`A token is a string, null, or a function that returns a string; it is ${typeof token}`);
  }
  return token as Token;
}
