import type { Clock, Timer } from '../src/clock.js';
import { decoder } from '../src/codec.js';
import { Service } from '../src/service.js';
import type { Metric, Options, Token } from '../src/types.js';
import type { WebSocketConstructor } from '../src/websocket.js';

await decoder.load(); // the client then handles each frame synchronously; frame-queue.test.ts covers the time before

/** A clock that the test advances. */
export class ManualClock implements Clock {
  #now = 1_000_000;
  #timers = new Set<{ due: number; action: () => void }>();
  randomValue = 1;

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.randomValue;
  }

  schedule(delayMs: number, action: () => void): Timer {
    const timer = { due: this.#now + delayMs, action };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Advances the time. Every timer fires exactly when it is due. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#nextTimer(end); next; next = this.#nextTimer(end)) {
      this.#now = Math.max(this.#now, next.due);
      this.#fire(next);
    }
    this.#now = end;
  }

  /** Jumps ahead, as the clock of a machine that slept. The timers that were due fire late. */
  sleep(ms: number): void {
    this.#now += ms;
    const due = [...this.#timers].filter((timer) => timer.due <= this.#now);
    due.forEach((timer) => this.#fire(timer));
  }

  #nextTimer(end: number): { due: number; action: () => void } | undefined {
    return [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
  }

  #fire(timer: { due: number; action: () => void }): void {
    if (this.#timers.delete(timer)) {
      timer.action();
    }
  }
}

/** A socket whose server side is the test. */
export class FakeSocket {
  static all: FakeSocket[] = [];
  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!;
  }

  binaryType = '';
  onopen: ((event: unknown) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  sent: any[] = [];
  closed = false;

  constructor(
    readonly url: string,
    readonly protocols: string[] = [],
  ) {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  /** Delivers a message of the server. */
  receive(message: unknown): this {
    const isBinary = message instanceof Uint8Array;
    this.onmessage?.({ data: isBinary ? message.slice().buffer : typeof message === 'string' ? message : JSON.stringify(message) });
    return this;
  }

  /** Delivers the welcome. */
  welcome(fields: object = {}): this {
    return this.receive({ type: 'welcome', client_id: '127.0.0.1:1', timestamp: 1, heartbeat_interval: 30, ...fields });
  }

  /** Confirms the last subscribe command. */
  confirm(positions?: Record<string, { epoch: string; offset: number; recovered?: boolean }>): this {
    const { id, data } = this.commands('subscribe').at(-1);
    return this.receive({ type: 'subscribed', id, channels: data.channels, ...(positions && { positions }) });
  }

  /** Closes the connection from the server side. */
  drop(code = 1006): void {
    this.onclose?.({ code, reason: '' });
  }

  commands(type: string): any[] {
    return this.sent.filter((message) => message.type === type);
  }
}

/** Creates a service on a manual clock and fake sockets. */
export function fakeService(options: Options = {}, token: Token = 'a.b.c') {
  const clock = new ManualClock();
  FakeSocket.all = [];
  const loggedErrors: unknown[][] = [];
  const log = (...args: unknown[]): void => void loggedErrors.push(args);
  const service = new Service(
    'ws://h/ws/metrics',
    token,
    { WebSocket: FakeSocket as unknown as WebSocketConstructor, transport: 'websocket', logger: { warn: log, error: log }, ...options },
    clock,
  );
  const states: string[] = [];
  service.onConnectionChange((_, info) => states.push(info.state));
  return { service, clock, states, loggedErrors };
}

export function metric(name: string, value: number, fields: object = {}): Metric {
  return { channel: 'system.metrics', name, type: 'gauge', value, timestamp: '2025-11-08T12:00:00Z', tags: { host: 'h' }, ...fields } as Metric;
}

/** Runs the pending promise callbacks. */
export const flushPromises = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
