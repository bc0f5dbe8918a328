import type { Logger, Options, Token, Transport } from './types.js';
import type { WebSocketConstructor } from './websocket.js';

/** The validated options with all defaults applied. */
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
  transport: 'auto' | Transport;
  eventsUrl: string | undefined;
  WebSocket: WebSocketConstructor | undefined;
  logger: Logger;
}

const SILENT_LOGGER: Logger = { warn() {}, error() {} };

/** Validates the options and applies the defaults. Throws a `RangeError` that names the invalid option. */
export function resolveSettings(options: Options = {}): Settings {
  const { backoff = {} } = options;
  return {
    baseMs: nonNegative('backoff.baseMs', backoff.baseMs, 1_000),
    maxMs: nonNegative('backoff.maxMs', backoff.maxMs, 30_000),
    maxAttempts: nonNegative('backoff.maxAttempts', backoff.maxAttempts, Infinity),
    minUptimeMs: nonNegative('minUptimeMs', options.minUptimeMs, 5_000),
    connectTimeoutMs: nonNegative('connectTimeoutMs', options.connectTimeoutMs, 10_000),
    heartbeatTimeoutMs: nonNegative('heartbeatTimeoutMs', options.heartbeatTimeoutMs, undefined),
    bufferSize: nonNegative('bufferSize', options.bufferSize, 1_000),
    resume: options.resume ?? true,
    subprotocol: oneOf('tokenTransport', options.tokenTransport, 'query', 'subprotocol') === 'subprotocol',
    transport: oneOf('transport', options.transport, 'auto', 'websocket', 'sse'),
    eventsUrl: options.eventsUrl,
    WebSocket: options.WebSocket,
    logger: options.logger === false ? SILENT_LOGGER : (options.logger ?? console),
  };
}

/** Validates an option with a few values. The first one is the default. */
function oneOf<T extends string>(name: string, value: T | undefined, ...values: T[]): T {
  if (value !== undefined && !values.includes(value)) {
    throw new RangeError(`${name} is ${String(value)}; it must be one of ${values.join(', ')}`);
  }
  return value ?? values[0]!;
}

function nonNegative<T extends number | undefined>(name: string, value: number | undefined, defaultValue: T): number | T {
  if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
    throw new RangeError(`${name} is ${String(value)}; it must be a number, 0 or more`);
  }
  return value ?? defaultValue;
}

/** Converts a URL to a WebSocket URL. Throws a `TypeError` if that is not possible. */
export function webSocketUrl(url: string): URL {
  let parsed: URL | undefined;
  try {
    parsed = new URL(url, globalThis.location?.href);
    parsed.protocol = parsed.protocol.replace(/^http/, 'ws');
    parsed.hash = ''; // the WebSocket constructor throws on a fragment
  } catch {
    // The check below reports the error, as it does for other schemes.
  }
  if (!parsed || !/^wss?:$/.test(parsed.protocol)) {
    throw new TypeError(`${JSON.stringify(url)} is not a WebSocket URL; it must look like ws://localhost:8000/ws/metrics`);
  }
  return parsed;
}

/** Validates the type of a token. Throws a `TypeError` if the value cannot be a token. */
export function checkToken(token: unknown): Token {
  if (token !== null && typeof token !== 'string' && typeof token !== 'function') {
    throw new TypeError(`A token is a string, null, or a function that returns a string; it is ${typeof token}`);
  }
  return token as Token;
}
