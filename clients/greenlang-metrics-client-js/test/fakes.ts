import type { Clock, Timer } from '../src/clock.js';
import { decoder } from '../src/codec.js';
import { Service } from '../src/service.js';
import type { Metric, Options, Token, WebSocketConstructor } from '../src/types.js';

await decoder.load(); // what a frame does is then done when it has been said; inbox.test.ts is about the time before

/** Time that goes by when the test says so. */
export class FakeTime implements Clock {
  #now = 1_000_000;
  #timers = new Set<{ due: number; action: () => void }>();
  chance = 1;

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, action: () => void): Timer {
    const timer = { due: this.#now + ms, action };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Every timer fires at its moment. */
  tick(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.due);
      this.#fire(next);
    }
    this.#now = end;
  }

  /** The time goes by at once, as in a machine that slept; then what was due fires, late. */
  sleep(ms: number): void {
    this.#now += ms;
    const due = [...this.#timers].filter((timer) => timer.due <= this.#now);
    due.forEach((timer) => this.#fire(timer));
  }

  #next(end: number): { due: number; action: () => void } | undefined {
    return [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
  }

  #fire(timer: { due: number; action: () => void }): void {
    if (this.#timers.delete(timer)) {
      timer.action();
    }
  }
}

/** A socket whose other end is the test. */
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

  /** The server says this. */
  says(message: unknown): this {
    const binary = message instanceof Uint8Array;
    this.onmessage?.({ data: binary ? message.slice().buffer : typeof message === 'string' ? message : JSON.stringify(message) });
    return this;
  }

  welcomes(): this {
    return this.says({ type: 'welcome', client_id: '127.0.0.1:1', timestamp: 1, heartbeat_interval: 30 });
  }

  /** Confirms the last subscribe command. */
  confirms(positions?: Record<string, { epoch: string; offset: number; recovered?: boolean }>): this {
    const { id, data } = this.commands('subscribe').at(-1);
    return this.says({ type: 'subscribed', id, channels: data.channels, ...(positions && { positions }) });
  }

  drops(code = 1006): void {
    this.onclose?.({ code, reason: '' });
  }

  commands(type: string): any[] {
    return this.sent.filter((message) => message.type === type);
  }
}

/** A service on fake time and fake sockets. */
export function fake(options: Options = {}, token: Token = 'a.b.c') {
  const time = new FakeTime();
  FakeSocket.all = [];
  const complaints: unknown[][] = [];
  const log = (...args: unknown[]): void => void complaints.push(args);
  const service = new Service(
    'ws://h/ws/metrics',
    token,
    { WebSocket: FakeSocket as unknown as WebSocketConstructor, logger: { warn: log, error: log }, ...options },
    time,
  );
  const states: string[] = [];
  service.onConnectionChange((_, info) => states.push(info.state));
  return { service, time, states, complaints };
}

export function metric(name: string, value: number, more: object = {}): Metric {
  return { channel: 'system.metrics', name, type: 'gauge', value, timestamp: '2025-11-08T12:00:00Z', tags: { host: 'h' }, ...more } as Metric;
}

/** Lets promises go on. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
